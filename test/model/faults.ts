import { keeperHearsWord } from './source.ts';
import {
  controllerEnds,
  controllerLives,
  copyEnds,
  goesOn,
  hears,
  keeperEnds,
  type State,
  type Words,
} from './state.ts';

export interface Fault {
  readonly name: string;
  /** What it meets, where that matters to judge the end. */
  readonly meets?: (state: State) => string;
  readonly to: (state: State) => readonly State[];
}

const fault = (name: string, can: (state: State) => boolean, outcome: (state: State) => State): Fault => ({
  name,
  to: (state) => (can(state) ? [outcome(state)] : []),
});

/** What may have arrived of a queue when its connection is lost: any beginning of it. */
const arrived = (words: Words): readonly Words[] =>
  Array.from({ length: words.length + 1 }, (_, length) => words.slice(0, length));

const losing = (
  states: readonly State[],
  queue: 'toKeeper' | 'fromKeeper' | 'toParked' | 'fromParked' | 'toPeer' | 'fromPeer',
): readonly State[] =>
  states.flatMap((state) => arrived(state[queue]).map((words) => ({ ...state, [queue]: words })));

const crashes: readonly Fault[] = [
  fault('controller crashes', controllerLives, (state) => controllerEnds(state, 'gone')),
  fault('keeper crashes', ({ keeper }) => keeper !== 'over', keeperEnds),
  fault(
    'kill cannot be written down',
    ({ keeper, decided, verdictGiven }) => keeper !== 'over' && decided === 'kill' && !verdictGiven,
    (state) => keeperHearsWord(state, 'keeper', 'unnoted'),
  ),
  fault(
    'dump fails',
    ({ hold }) => hold === 'dumping',
    (state) => hears({ ...goesOn(state), hold: 'over' }, 'exit-1'),
  ),
  fault(
    'hold crashes',
    ({ hold }) => hold === 'holding',
    (state) => hears({ ...goesOn(state), hold: 'over' }, 'exit-1'),
  ),
  fault(
    'hold crashes when it has killed',
    ({ hold, sourceVerdict }) => hold === 'holding' && sourceVerdict[0] === 'kill',
    (state) => hears({ ...state, container: 'dead', hold: 'over' }, 'exit-1'),
  ),
  fault(
    'criu crashes and leaves its hold behind',
    ({ hold }) => hold === 'holding',
    (state) => hears({ ...goesOn(state), hold: 'orphan' }, 'exit-1'),
  ),
  fault(
    'peer crashes',
    ({ peer }) => peer !== 'over',
    (state) => ({ ...state, peer: 'over', peerSession: false, toPeer: [] }),
  ),
  fault(
    'parked keeper crashes',
    ({ parked }) => parked === 'waiting' || parked === 'restoring',
    (state) => ({ ...state, parked: 'crashed', parkedSession: false, toParked: [] }),
  ),
  {
    name: 'copy dies',
    meets: ({ container, copy }) => `container ${container}, copy ${copy}`,
    to: (state) => (state.copy === 'restoring' || state.copy === 'held' ? [copyEnds(state)] : []),
  },
  {
    name: 'container ends by itself',
    to: (state) =>
      state.container === 'running' && state.hold === 'over' ? [{ ...state, container: 'dead' }] : [],
  },
];

/** Not a fault at all: whoever looks after the container goes on with it. */
const others: readonly Fault[] = [
  fault(
    'another migration moves it on',
    ({ container, hold, sourceNotes }) => container === 'running' && hold === 'over' && !sourceNotes,
    (state) => ({ ...state, container: 'dead', elsewhere: true }),
  ),
];

const cuts: readonly Fault[] = [
  {
    name: 'link to the source is cut',
    to: (state) =>
      state.linkToSource
        ? losing(losing([{ ...state, linkToSource: false, keeperSession: false }], 'toKeeper'), 'fromKeeper')
        : [],
  },
  {
    name: 'link to the destination is cut',
    to: (state) =>
      state.linkToDestination
        ? losing(
            losing([{ ...state, linkToDestination: false, parkedSession: false }], 'toParked'),
            'fromParked',
          )
        : [],
  },
  {
    name: 'link between the hosts is cut',
    to: (state) =>
      state.linkBetween
        ? losing(losing([{ ...state, linkBetween: false, peerSession: false }], 'toPeer'), 'fromPeer')
        : [],
  },
  // It is there all the time, but said nothing for too long.
  fault(
    'controller is silent',
    (state) => controllerLives(state) && state.listening && state.keeper !== 'over',
    (state) => ({
      ...state,
      listening: false,
      toKeeper: [],
      decided: state.keeper === 'waiting' && state.decided === '' ? 'thaw' : state.decided,
    }),
  ),
];

const sourceOff = (state: State): State => ({
  ...keeperEnds(state),
  sourceOn: false,
  container: 'dead',
  hold: 'over',
  sourceVerdict: [],
  // Its directory is in memory.
  decided: 'lost',
});

const destinationOff = (state: State): State => ({
  ...state,
  destinationOn: false,
  copy: 'none',
  imagesLost: true,
  parked: 'over',
  peer: 'over',
  parkedSession: false,
  peerSession: false,
  toParked: [],
  toPeer: [],
  destinationVerdict: [],
});

const powerOffs: readonly Fault[] = [
  {
    name: 'source is powered off',
    meets: ({ container, copy }) => `container ${container}, copy ${copy}`,
    to: (state) => (state.sourceOn ? losing(losing([sourceOff(state)], 'fromKeeper'), 'toPeer') : []),
  },
  {
    name: 'destination is powered off',
    meets: ({ container, copy }) => `container ${container}, copy ${copy}`,
    to: (state) =>
      state.destinationOn ? losing(losing([destinationOff(state)], 'fromParked'), 'fromPeer') : [],
  },
];

export const faults: readonly Fault[] = [...crashes, ...cuts, ...powerOffs, ...others];

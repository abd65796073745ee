import {
  goesOn,
  hearing,
  hears,
  keeperEnds,
  type State,
  type Step,
  step,
  tellController,
  tellPeer,
  type Variants,
  type Word,
} from './state.ts';

/** One thing at a time: a decision is carried out before anything else is heard. */
const keeperHears = ({ keeper, decided, verdictGiven }: State): boolean =>
  keeper !== 'over' && (decided === '' || verdictGiven);

const decide = (state: State, verdict: 'kill' | 'thaw'): State =>
  state.decided === '' ? { ...state, decided: verdict } : state;

const sourceIsDead = (state: State): State =>
  state.keeper === 'delivering'
    ? state
    : tellPeer(tellController({ ...state, keeper: 'delivering' }, 'killed'), 'resume');

const dumpEnds = (state: State, word: 'exit-0' | 'exit-1'): State => {
  const seen = state.decided === 'kill' && word === 'exit-0' ? sourceIsDead(state) : state;
  if (seen.keeper === 'delivering') return { ...seen, dumpEnded: true };
  if (seen.decided === 'kill') return keeperEnds(tellController(seen, 'exit-1'));
  const told = tellController(seen, 'thawed');
  return keeperEnds(seen.keeper === 'handed-over' ? tellPeer(told, 'discard') : told);
};

const keeperHeedsController = (state: State, word: Word, { thawAfterKill }: Variants): State => {
  if (word === 'hand-over' && state.keeper === 'waiting' && state.decided === '')
    return tellPeer({ ...state, keeper: 'handed-over' }, 'restore');
  if (word !== 'thaw') return state;
  return thawAfterKill && state.decided === 'kill' && state.keeper !== 'delivering'
    ? { ...state, decided: 'thaw', verdictGiven: false }
    : decide(state, 'thaw');
};

const keeperHeedsPeer = (state: State, word: Word, { resumeBeforeDead }: Variants): State => {
  if (word === 'prepared') {
    const killing = decide(state, 'kill');
    return resumeBeforeDead && killing.decided === 'kill' ? tellPeer(killing, 'resume') : killing;
  }
  if (word === 'resumed') return tellController({ ...state, delivered: true }, 'resumed');
  return decide(state, 'thaw');
};

export const keeperSteps: readonly Step[] = [
  step(
    'keeper gives its verdict',
    ({ keeper, decided, verdictGiven }) => keeper !== 'over' && decided !== '' && !verdictGiven,
    (state) => ({
      ...state,
      verdictGiven: true,
      sourceVerdict: [...state.sourceVerdict, state.decided === 'kill' ? 'kill' : 'thaw'],
    }),
  ),
  hearing(
    'keeper hears the controller',
    (state) => keeperHears(state) && state.listening,
    'toKeeper',
    keeperHeedsController,
  ),
  step(
    'keeper misses the controller',
    (state) =>
      state.keeper === 'waiting' &&
      state.decided === '' &&
      state.listening &&
      !state.keeperSession &&
      state.toKeeper.length === 0,
    (state) => decide({ ...state, listening: false }, 'thaw'),
  ),
  hearing('keeper hears the peer', keeperHears, 'fromPeer', keeperHeedsPeer),
  step(
    'keeper misses the peer',
    (state) =>
      keeperHears(state) && state.decided === '' && !state.peerSession && state.fromPeer.length === 0,
    (state) => decide(state, 'thaw'),
  ),
  hearing('keeper hears the hold', keeperHears, 'news', (state, word) => {
    if (word === 'held') return tellController(state, 'held');
    if (word === 'killed') return sourceIsDead(state);
    return dumpEnds(state, word === 'exit-0' ? 'exit-0' : 'exit-1');
  }),
  step(
    'keeper resumes over a new connection',
    (state) =>
      state.keeper === 'delivering' &&
      !state.delivered &&
      state.linkBetween &&
      state.destinationOn &&
      (state.copy === 'running' || (state.copy === 'held' && !state.destinationVerdict.includes('resume'))),
    (state) =>
      state.copy === 'running'
        ? tellController({ ...state, delivered: true }, 'resumed')
        : { ...state, destinationVerdict: [...state.destinationVerdict, 'resume'] },
  ),
  step(
    'keeper is done',
    ({ keeper, delivered, dumpEnded }) => keeper !== 'over' && delivered && dumpEnded,
    keeperEnds,
  ),
];

/** Where the kernel cannot kill a whole cgroup, criu does it, and its end is the proof. */
const killed = (state: State): readonly State[] => {
  const dead = { ...state, container: 'dead' } as const;
  if (state.hold === 'orphan') return [hears({ ...dead, hold: 'over' }, 'killed')];
  return [hears({ ...dead, hold: 'killed' }, 'killed'), hears({ ...dead, hold: 'over' }, 'exit-0')];
};

const thawed = (state: State): State =>
  state.hold === 'orphan' ? { ...state, hold: 'over' } : hears({ ...goesOn(state), hold: 'over' }, 'exit-1');

const waitsForVerdict = ({ hold }: State): boolean => hold === 'holding' || hold === 'orphan';

/** criu's dump and its action script. */
export const holdSteps: readonly Step[] = [
  step(
    'dump is held',
    ({ hold }) => hold === 'dumping',
    (state) => hears({ ...state, hold: 'holding' }, 'held'),
  ),
  {
    name: 'hold obeys',
    to: (state) => {
      const [verdict, ...rest] = state.sourceVerdict;
      if (verdict === undefined || !waitsForVerdict(state)) return [];
      const read = { ...state, sourceVerdict: rest };
      return verdict === 'kill' ? killed(read) : [thawed(read)];
    },
  },
  // Between two looks at the verdict: one that was given meanwhile is not read any more.
  step('hold misses its keeper', (state) => waitsForVerdict(state) && state.keeper === 'over', thawed),
  {
    // The runtime clears up after tasks that were killed under it, and may not like what it finds.
    name: 'dump ends',
    to: (state) =>
      state.hold === 'killed'
        ? [hears({ ...state, hold: 'over' }, 'exit-0'), hears({ ...state, hold: 'over' }, 'exit-1')]
        : [],
  },
];

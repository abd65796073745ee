/** What the controller says to a host, a host to the controller, and the hosts to each other. */
export type Word =
  | 'hand-over'
  | 'kill'
  | 'thaw'
  | 'restore'
  | 'resume'
  | 'discard'
  | 'held'
  | 'killed'
  | 'thawed'
  | 'exit-0'
  | 'exit-1'
  | 'prepared'
  | 'failed'
  | 'resumed'
  | 'ended';

export type Words = readonly Word[];

/** All that the hand-over depends on, from the freeze on. A session is a connection that is open; it ends with its link. */
export interface State {
  readonly faults: number;
  /** Which faults, and what they met: only where an end has to be judged by them. */
  readonly wounds: readonly string[];

  /** `gone` may have left work to `precopy recover`; `finished` has not. */
  readonly controller:
    | 'waiting'
    | 'ready'
    | 'handed-over'
    | 'stopping'
    | 'committing'
    | 'discarding'
    | 'finished'
    | 'gone';
  readonly knowsDestinationEnded: boolean;
  readonly recover: 'none' | 'source went on' | 'source dead' | 'done';

  readonly linkToSource: boolean;
  readonly linkToDestination: boolean;
  readonly linkBetween: boolean;

  readonly keeperSession: boolean;
  readonly toKeeper: Words;
  readonly fromKeeper: Words;

  readonly parkedSession: boolean;
  readonly toParked: Words;
  readonly fromParked: Words;

  readonly peerSession: boolean;
  readonly toPeer: Words;
  readonly fromPeer: Words;

  readonly sourceOn: boolean;
  readonly container: 'frozen' | 'running' | 'dead';
  /** What its hold has noted is there: recovery removes it with the rest of the migration's directory. */
  readonly sourceNotes: boolean;
  /** Another migration has moved it on to a third host, where it runs. */
  readonly elsewhere: boolean;
  /** It went on after the image was taken: a copy that is resumed now would turn back time. */
  readonly ranOn: boolean;
  /** criu's dump and its action script; `orphan`: the script alone. */
  readonly hold: 'dumping' | 'holding' | 'killed' | 'orphan' | 'over';
  readonly sourceVerdict: Words;
  readonly news: Words;
  readonly keeper: 'waiting' | 'handed-over' | 'delivering' | 'over';
  readonly listening: boolean;
  readonly decided: '' | 'kill' | 'thaw' | 'lost';
  readonly verdictGiven: boolean;
  readonly delivered: boolean;
  readonly dumpEnded: boolean;

  readonly destinationOn: boolean;
  readonly peer: 'ready' | 'claimed' | 'over';
  readonly claimed: boolean;
  readonly inputEnded: boolean;
  readonly parked: 'waiting' | 'restoring' | 'over' | 'crashed';
  readonly destinationVerdict: Words;
  readonly copy: 'none' | 'restoring' | 'held' | 'running';
  /** The images the copy was made of are in memory, as they are by default, and went with it. */
  readonly imagesLost: boolean;
}

/** The protocol broken on purpose, to see that what forbids it is needed and that the properties notice. */
export interface Variants {
  /** The source's keeper commits when it gives the verdict, not when the source is dead. */
  readonly resumeBeforeDead?: boolean;
  /** Ctrl-C discards the copy without asking the source. */
  readonly discardWithoutThaw?: boolean;
  /** The controller takes a dump that failed for a source that was thawed. */
  readonly failedDumpIsThaw?: boolean;
  /** The end of the controller discards the copy even though the source has asked for it. */
  readonly noClaim?: boolean;
  /** The source's keeper decides anew when told to. */
  readonly thawAfterKill?: boolean;
  /** `precopy recover` believes what was decided, and does not look at the container. */
  readonly trustDecided?: boolean;
  /** `precopy recover` takes a source that is not dead for one that goes on, while its keeper may still decide. */
  readonly recoverWhileHeld?: boolean;
  /** `precopy recover` waits for a keeper that still decides, however long. */
  readonly recoverOnlyWaits?: boolean;
  /** `precopy recover` takes a source that does not answer for one that is dead. */
  readonly recoverUnasked?: boolean;
  /** `precopy recover` resumes the copy of a container that is gone, whatever ended it. */
  readonly recoverWhateverEnded?: boolean;
  /** `precopy recover` takes a source without a container and without notes for one that the hand-over has ended. */
  readonly absenceIsDeath?: boolean;
  /** Not broken, but with less to recover from: no images are left that a copy could be made of once more. */
  readonly withoutImages?: boolean;
  /** `precopy recover` restores from the images whenever there is no copy, without asking what became of the source. */
  readonly restoreAgainUnasked?: boolean;
}

export interface Step {
  readonly name: string;
  /** Every state it can lead to; none when it cannot happen. */
  readonly to: (state: State, variants: Variants) => readonly State[];
}

export const initial: State = {
  faults: 0,
  wounds: [],
  controller: 'waiting',
  knowsDestinationEnded: false,
  recover: 'none',
  linkToSource: true,
  linkToDestination: true,
  linkBetween: true,
  keeperSession: true,
  toKeeper: [],
  fromKeeper: [],
  parkedSession: true,
  toParked: [],
  fromParked: [],
  peerSession: true,
  toPeer: [],
  fromPeer: [],
  sourceOn: true,
  container: 'frozen',
  sourceNotes: true,
  elsewhere: false,
  ranOn: false,
  hold: 'dumping',
  sourceVerdict: [],
  news: [],
  keeper: 'waiting',
  listening: true,
  decided: '',
  verdictGiven: false,
  delivered: false,
  dumpEnded: false,
  destinationOn: true,
  peer: 'ready',
  claimed: false,
  inputEnded: false,
  parked: 'waiting',
  destinationVerdict: [],
  copy: 'none',
  imagesLost: false,
};

/** A step with a condition and one outcome. */
export const step = (
  name: string,
  can: (state: State, variants: Variants) => boolean,
  outcome: (state: State, variants: Variants) => State,
): Step => ({ name, to: (state, variants) => (can(state, variants) ? [outcome(state, variants)] : []) });

type Queue =
  | 'toKeeper'
  | 'fromKeeper'
  | 'toParked'
  | 'fromParked'
  | 'toPeer'
  | 'fromPeer'
  | 'sourceVerdict'
  | 'destinationVerdict'
  | 'news';

/** A step that takes the first word of a queue. */
export const hearing = (
  name: string,
  can: (state: State) => boolean,
  queue: Queue,
  hear: (state: State, word: Word, variants: Variants) => State,
): Step => ({
  name,
  to: (state, variants) => {
    const [word, ...rest] = state[queue];
    return word !== undefined && can(state) ? [hear({ ...state, [queue]: rest }, word, variants)] : [];
  },
});

/** What is said to a session that has ended is lost, whether or not its speaker knows. */
export const tellKeeper = (state: State, word: Word): State =>
  state.keeperSession && state.listening ? { ...state, toKeeper: [...state.toKeeper, word] } : state;

export const tellController = (state: State, word: Word): State =>
  state.keeperSession ? { ...state, fromKeeper: [...state.fromKeeper, word] } : state;

export const tellParked = (state: State, word: Word): State =>
  state.parkedSession ? { ...state, toParked: [...state.toParked, word] } : state;

export const parkedTells = (state: State, word: Word): State =>
  state.parkedSession && state.parked !== 'crashed'
    ? { ...state, fromParked: [...state.fromParked, word] }
    : state;

export const tellPeer = (state: State, word: Word): State =>
  state.peerSession ? { ...state, toPeer: [...state.toPeer, word] } : state;

/** Passed on only by a peer that has asked for the restore. */
export const peerTells = (state: State, word: Word): State =>
  state.peerSession && state.peer === 'claimed' ? { ...state, fromPeer: [...state.fromPeer, word] } : state;

export const controllerLives = ({ controller }: State): boolean =>
  controller !== 'gone' && controller !== 'finished';

/** What it has said still arrives. */
export const controllerEnds = (state: State, as: 'gone' | 'finished'): State => ({
  ...state,
  controller: as,
  keeperSession: false,
  parkedSession: false,
  fromKeeper: [],
  fromParked: [],
});

export const keeperEnds = (state: State): State => ({
  ...state,
  keeper: 'over',
  keeperSession: false,
  peerSession: false,
  toKeeper: [],
  fromPeer: [],
  news: [],
});

/** Of the dump and its hold; nobody listens when the keeper is gone. */
export const hears = (state: State, word: Word): State =>
  state.keeper === 'over' ? state : { ...state, news: [...state.news, word] };

export const goesOn = (state: State): State => ({ ...state, container: 'running', ranOn: true });

/** criu ends the copy, or its restore fails: the parked keeper says so to both ends. */
export const copyEnds = (state: State): State => {
  const told = { ...parkedTells(peerTells(state, 'failed'), 'ended'), copy: 'none' } as const;
  return told.parked === 'crashed' ? told : { ...told, parked: 'over' };
};

const forgetKeeper = (state: State): State =>
  state.keeper === 'over' && (state.listening || !state.verdictGiven || state.delivered || state.dumpEnded)
    ? { ...state, listening: false, verdictGiven: true, delivered: false, dumpEnded: false }
    : state;

const forgetHold = (state: State): State =>
  state.hold === 'over' && state.sourceVerdict.length > 0 ? { ...state, sourceVerdict: [] } : state;

const forgetController = (state: State): State =>
  state.knowsDestinationEnded && !controllerLives(state) ? { ...state, knowsDestinationEnded: false } : state;

const forgetPeer = (state: State): State =>
  state.peer === 'over' && state.toPeer.length > 0 ? { ...state, toPeer: [] } : state;

const forgetParked = (state: State): State => {
  if (state.parked !== 'over' && state.parked !== 'crashed') return state;
  const claimed = state.claimed || state.parked === 'over';
  return state.claimed === claimed && state.inputEnded && state.toParked.length === 0
    ? state
    : { ...state, claimed, inputEnded: true, toParked: [] };
};

const forgetRestore = (state: State): State => {
  const nobodyReads = state.copy === 'none' && (state.parked === 'over' || state.parked === 'crashed');
  return (state.copy === 'running' || nobodyReads) && state.destinationVerdict.length > 0
    ? { ...state, destinationVerdict: [] }
    : state;
};

/** Without what nobody can hear any more, or ask for: states that differ in nothing else are one. */
export const forgetful = (state: State): State =>
  forgetRestore(forgetParked(forgetPeer(forgetController(forgetHold(forgetKeeper(state))))));

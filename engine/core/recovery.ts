import type {
  DestinationStanding,
  Keep,
  RecoveryDecision,
  RecoveryFacts,
  SourceStanding,
} from '../model/recovery.ts';

type Row = Readonly<Record<Exclude<DestinationStanding, 'taken'>, RecoveryDecision>>;

const doubt: Row = {
  nothing: 'in-doubt',
  files: 'in-doubt',
  images: 'in-doubt',
  parked: 'in-doubt',
  restoring: 'in-doubt',
  held: 'in-doubt',
  running: 'in-doubt',
  'cut-off': 'in-doubt',
  over: 'in-doubt',
  other: 'in-doubt',
  foreign: 'in-doubt',
  unreachable: 'in-doubt',
};

/** By what the source says. A copy is resumed only where it is dead, and discarded only where it runs. */
const rows: Readonly<Record<Exclude<SourceStanding, 'taken' | 'frozen'>, Row>> = {
  runs: {
    nothing: 'roll-back',
    files: 'roll-back',
    images: 'roll-back',
    parked: 'roll-back',
    restoring: 'wait',
    held: 'roll-back',
    running: 'in-doubt',
    'cut-off': 'in-doubt',
    over: 'in-doubt',
    other: 'in-doubt',
    foreign: 'in-doubt',
    unreachable: 'roll-back',
  },
  // Somebody has started it again: whether the copy of its memory is still wanted, that person knows.
  anew: { ...doubt, nothing: 'lost', files: 'lost', parked: 'lost', restoring: 'wait' },
  // It died because the copy was there, whole and stopped: should that one be lost, the images it was made of still are not.
  dead: {
    ...doubt,
    nothing: 'lost',
    files: 'lost',
    images: 'restore-again',
    restoring: 'wait',
    held: 'resume',
    running: 'finish',
    over: 'finish',
  },
  // It went on after the freeze and ended by itself: a copy made before that is an old one.
  ended: {
    ...doubt,
    nothing: 'lost',
    files: 'lost',
    images: 'lost',
    parked: 'lost',
    restoring: 'wait',
    running: 'finish',
    over: 'finish',
  },
  // Nothing says that the hand-over has ended it. It may have gone on, and a copy be older than its last acknowledgement.
  gone: {
    ...doubt,
    nothing: 'lost',
    files: 'lost',
    parked: 'lost',
    restoring: 'wait',
    running: 'finish',
    over: 'finish',
  },
  rebooted: {
    ...doubt,
    nothing: 'lost',
    files: 'lost',
    parked: 'lost',
    restoring: 'wait',
    running: 'finish',
    over: 'finish',
  },
  unreachable: { ...doubt, running: 'finish', over: 'finish' },
};

/**
 * What to do about a migration that nobody carries out any more. `keep`: what a person says, heeded only in doubt, and never
 * against what is certain.
 */
export const recoveryOf = (facts: RecoveryFacts, keep?: Keep): RecoveryDecision => {
  const decision = fromFacts(facts);
  if (facts.outcome !== undefined) return settled(facts, decision, facts.outcome);
  if (decision !== 'in-doubt' || keep === undefined) return decision;
  return keep === 'source' ? keepingSource(facts) : keepingDestination(facts);
};

/** An outcome that was told stays: what is cleaned up by is what agrees with it. */
const settled = (
  { source, destination }: RecoveryFacts,
  decision: RecoveryDecision,
  outcome: NonNullable<RecoveryFacts['outcome']>,
): RecoveryDecision => {
  if (decision === 'wait' || (decision !== 'leave' && agreeing[outcome].includes(decision))) return decision;
  return source === 'unreachable' || destination === 'unreachable' ? 'in-doubt' : 'leave';
};

const agreeing: Readonly<Record<NonNullable<RecoveryFacts['outcome']>, readonly RecoveryDecision[]>> = {
  migrated: ['finish'],
  'rolled-back': ['roll-back'],
  'gave-up': ['roll-back'],
  ended: ['lost'],
};

/** What becomes of `wait` when nothing has changed for too long. */
export const afterWaiting = ({ source, destination }: RecoveryFacts): RecoveryDecision =>
  source === 'runs' && destination === 'restoring' ? 'roll-back' : 'in-doubt';

const fromFacts = (facts: RecoveryFacts): RecoveryDecision => {
  const { source, destination } = facts;
  if (source === 'taken' || destination === 'taken') return 'in-doubt';
  if (source === 'frozen') return 'wait';
  return rows[deadByJournal(facts) ? 'dead' : source][movedByJournal(facts) ? 'running' : destination];
};

/** The journal saw the death of the source before its host lost the note. */
const deadByJournal = ({ source, phase }: RecoveryFacts): boolean =>
  (source === 'rebooted' || source === 'gone') && (phase === 'committed' || phase === 'done');

/** The clean-up after a move leaves nothing of the migration, and a container that runs. */
const movedByJournal = ({ destination, moved, outcome }: RecoveryFacts): boolean =>
  destination === 'other' && (moved === true || outcome === 'migrated');

const keepingSource = ({ source, destination }: RecoveryFacts): RecoveryDecision => {
  if (['taken', 'frozen'].includes(source)) return 'in-doubt';
  if (['taken', 'other', 'foreign', 'restoring', 'unreachable'].includes(destination)) return 'in-doubt';
  return source === 'runs' || source === 'unreachable' ? 'roll-back' : 'lost';
};

const keepingDestination = ({ source, destination }: RecoveryFacts): RecoveryDecision => {
  if (!['dead', 'ended', 'gone', 'rebooted', 'unreachable'].includes(source)) return 'in-doubt';
  if (destination === 'held') return 'resume';
  if (destination === 'images' || destination === 'cut-off') return 'restore-again';
  return destination === 'running' || destination === 'over' ? 'finish' : 'in-doubt';
};

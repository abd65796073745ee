import { type State, type Step, step, type Variants } from './state.ts';

const asksSource = ({ controller, recover, sourceOn, linkToSource }: State): boolean =>
  controller === 'gone' && recover === 'none' && sourceOn && linkToSource;

const reachesDestination = ({ destinationOn, linkToDestination }: State): boolean =>
  destinationOn && linkToDestination;

const seesDead = (state: State, variants: Variants): boolean => {
  const { trustDecided, recoverWhateverEnded, absenceIsDeath } = variants;
  if (!state.sourceNotes) return absenceIsDeath === true && state.container === 'dead';
  if (trustDecided) return state.decided === 'kill';
  // Not what has gone on and ended since: its copy is older than what it last did.
  return state.container === 'dead' && (recoverWhateverEnded === true || state.decided === 'kill');
};

const seesGoneOn = (state: State, variants: Variants): boolean => {
  if (seesDead(state, variants)) return false;
  // Without notes nothing says how it ended, or that it was not by a power-off.
  if (state.container === 'dead' && (!state.sourceNotes || state.decided === 'lost')) return false;
  return variants.recoverWhileHeld === true || (state.hold === 'over' && state.container !== 'frozen');
};

/** No process of it is left there, and none can come. */
const discarded = (state: State): State => ({
  ...state,
  recover: 'done',
  claimed: true,
  parked: 'over',
  peer: 'over',
  peerSession: false,
  parkedSession: false,
  toPeer: [],
  toParked: [],
  destinationVerdict: [],
  copy: state.copy === 'running' ? 'running' : 'none',
});

const resumed = (state: State, { withoutImages }: Variants): State => {
  // Said again for as long as it is not seen to run.
  if (state.copy === 'held') return { ...state, destinationVerdict: ['resume'] };
  if (state.copy === 'running') return { ...state, recover: 'done' };
  // It died because the copy was there, whole and stopped. That one is gone: the images are not, and nothing has run since.
  const again = state.decided === 'kill' && !state.imagesLost && withoutImages !== true;
  return again ? { ...discarded(state), copy: 'running' } : discarded(state);
};

/** On its way to what can be resumed: the restore is claimed, and somebody is there to make it. */
const isUnderWay = ({ copy, claimed, parked, destinationVerdict }: State): boolean =>
  copy === 'restoring' || (claimed && parked === 'waiting' && destinationVerdict.length > 0);

/** `precopy recover`, by a controller that knows nothing but where to look. */
export const recoverSteps: readonly Step[] = [
  step(
    'recover ends the keeper',
    (state, variants) =>
      asksSource(state) &&
      variants.recoverOnlyWaits !== true &&
      state.keeper !== 'over' &&
      state.container !== 'dead' &&
      !seesGoneOn(state, variants) &&
      !seesDead(state, variants),
    (state) => ({
      ...state,
      keeper: 'over',
      keeperSession: false,
      peerSession: false,
      toKeeper: [],
      fromPeer: [],
      news: [],
    }),
  ),
  step(
    'recover sees that the source went on',
    (state, variants) => asksSource(state) && seesGoneOn(state, variants),
    (state) => ({ ...state, recover: 'source went on' }),
  ),
  step(
    'recover sees that the source is dead',
    (state, variants) => asksSource(state) && seesDead(state, variants),
    (state) => ({ ...state, recover: 'source dead' }),
  ),
  step(
    'a person says that the source is off',
    (state, { recoverUnasked }) =>
      state.controller === 'gone' &&
      state.recover === 'none' &&
      (!state.sourceOn || state.decided === 'lost' || (recoverUnasked === true && !state.linkToSource)),
    (state) => ({ ...state, recover: 'source dead' }),
  ),
  step(
    'recover cleans up the source alone',
    (state) => state.recover === 'source went on' && !reachesDestination(state),
    (state) => ({ ...state, recover: 'none', sourceNotes: false }),
  ),
  step(
    'recover discards the copy',
    (state) => state.recover === 'source went on' && reachesDestination(state),
    discarded,
  ),
  step(
    'recover restores again',
    ({ controller, recover, copy, imagesLost }, { restoreAgainUnasked }) =>
      restoreAgainUnasked === true &&
      controller === 'gone' &&
      recover === 'none' &&
      copy === 'none' &&
      !imagesLost,
    (state) => ({ ...discarded(state), copy: 'running' }),
  ),
  step(
    'recover resumes the copy',
    (state) =>
      state.recover === 'source dead' &&
      reachesDestination(state) &&
      !isUnderWay(state) &&
      !(state.copy === 'held' && state.destinationVerdict[0] === 'resume'),
    resumed,
  ),
];

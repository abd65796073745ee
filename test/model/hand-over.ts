import { controllerSteps } from './controller.ts';
import { copySteps, parkedSteps, peerSteps } from './destination.ts';
import { recoverSteps } from './recover.ts';
import { holdSteps, keeperSteps } from './source.ts';
import { type State, type Step, step } from './state.ts';

/** Sooner or later; what ended with them does not come back. */
const mends: readonly Step[] = [
  step(
    'link to the source is mended',
    ({ linkToSource }) => !linkToSource,
    (state) => ({ ...state, linkToSource: true }),
  ),
  step(
    'link to the destination is mended',
    ({ linkToDestination }) => !linkToDestination,
    (state) => ({ ...state, linkToDestination: true }),
  ),
  step(
    'link between the hosts is mended',
    ({ linkBetween }) => !linkBetween,
    (state) => ({ ...state, linkBetween: true }),
  ),
  step(
    'source is powered on',
    ({ sourceOn }) => !sourceOn,
    (state) => ({ ...state, sourceOn: true }),
  ),
  step(
    'destination is powered on',
    ({ destinationOn }) => !destinationOn,
    (state) => ({ ...state, destinationOn: true }),
  ),
];

/** All that happens without a fault. */
export const steps: readonly Step[] = [
  ...controllerSteps,
  ...keeperSteps,
  ...holdSteps,
  ...peerSteps,
  ...parkedSteps,
  ...copySteps,
  ...recoverSteps,
  ...mends,
];

export const twoRun = ({ container, elsewhere, copy }: State): boolean =>
  copy === 'running' && (container === 'running' || elsewhere);

/** Exactly one, and nothing on either side that waits for a verdict. */
export const oneRuns = ({ container, copy, parked }: State): boolean =>
  container !== 'frozen' &&
  (container === 'running') !== (copy === 'running') &&
  copy !== 'held' &&
  copy !== 'restoring' &&
  parked !== 'waiting';

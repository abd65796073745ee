import {
  controllerLives,
  copyEnds,
  hearing,
  parkedTells,
  peerTells,
  type State,
  type Step,
  step,
  type Word,
} from './state.ts';

const verdict = (state: State, word: Word): State => ({
  ...state,
  destinationVerdict: [...state.destinationVerdict, word],
});

const peerEnds = (state: State): State => ({ ...state, peer: 'over', peerSession: false, toPeer: [] });

/** Whoever claims first decides whether there is a restore. */
const claims = (state: State): State => {
  if (state.claimed) return peerEnds(peerTells({ ...state, peer: 'claimed' }, 'failed'));
  const claimed = verdict({ ...state, claimed: true, peer: 'claimed' }, 'restore');
  return state.parked === 'over' ? peerTells(claimed, 'failed') : claimed;
};

/** The destination's end of the connection between the hosts. */
export const peerSteps: readonly Step[] = [
  hearing(
    'peer hears the keeper',
    ({ peer }) => peer !== 'over',
    'toPeer',
    (state, word) => {
      if (state.peer === 'claimed') return word === 'restore' ? state : verdict(state, word);
      return word === 'restore' ? claims(state) : peerEnds(state);
    },
  ),
];

const listens = ({ parked }: State): boolean => parked === 'waiting' || parked === 'restoring';

export const parkedSteps: readonly Step[] = [
  hearing('parked keeper hears the controller', listens, 'toParked', (state, word) =>
    word === 'resume' && !state.claimed ? state : verdict(state, word),
  ),
  step(
    'parked keeper misses the controller',
    (state, { noClaim }) =>
      listens(state) &&
      (!state.claimed || noClaim === true) &&
      !state.inputEnded &&
      state.toParked.length === 0 &&
      (!state.parkedSession || !controllerLives(state)),
    (state, { noClaim }) => {
      const alone: State = { ...state, inputEnded: true };
      return state.claimed && !noClaim ? alone : verdict({ ...alone, claimed: true }, 'discard');
    },
  ),
  hearing(
    'parked keeper obeys',
    ({ parked }) => parked === 'waiting',
    'destinationVerdict',
    (state, word) =>
      word === 'restore' ? { ...state, parked: 'restoring', copy: 'restoring' } : copyEnds(state),
  ),
];

/** criu's restore and its action script. */
export const copySteps: readonly Step[] = [
  step(
    'copy is prepared',
    ({ copy }) => copy === 'restoring',
    (state) => peerTells({ ...state, copy: 'held' }, 'prepared'),
  ),
  hearing(
    'copy obeys',
    ({ copy }) => copy === 'held',
    'destinationVerdict',
    (state, word) => {
      if (word === 'resume')
        return parkedTells(
          peerTells({ ...state, copy: 'running', destinationVerdict: [] }, 'resumed'),
          'resumed',
        );
      return word === 'discard' ? copyEnds(state) : state;
    },
  ),
];

import type { StopReason } from '../../model/decision.ts';
import { count, counted, percent, time } from './format.ts';

/** Why the rounds stopped, as one sentence without its full stop. */
export const stopReasonText = (reason: StopReason): string => {
  switch (reason.kind) {
    case 'downtime-met':
      return `the predicted downtime of ${time(reason.predicted)} is within the budget of ${time(reason.budget)}`;
    case 'few-dirty-pages':
      return (
        `the last round sent only ${counted(reason.dirty, 'page', 'pages')}, ` +
        `no more than the threshold of ${count(reason.threshold)}`
      );
    case 'growing':
      return (
        `the dirty pages grew from ${count(reason.previous)} to ${count(reason.dirty)}, ` +
        `${percent(reason.growth)} more than the window explains (limit ${percent(reason.threshold)})`
      );
    case 'stalled':
      return (
        `the last ${count(reason.rounds)} rounds brought nothing: ${count(reason.dirty)} dirty pages, ` +
        `${count(reason.best)} in the best round before`
      );
    case 'round-limit':
      if (reason.limit === 0)
        return 'no round was to be made: all memory goes while the container stands still';
      return `${counted(reason.rounds, 'round was', 'rounds were')} made, the limit is ${count(reason.limit)}`;
    case 'deadline':
      return (
        `${time(reason.elapsed)} have passed, the deadline is ${time(reason.deadline)}; ` +
        `the predicted downtime is ${time(reason.predicted)}`
      );
    case 'asked':
      return 'the user asked to cut over';
  }
};

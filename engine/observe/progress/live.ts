import type { Decision } from '../../model/decision.ts';
import { dirtySet } from '../../model/dirty-stats.ts';
import { containerName } from '../../model/names.ts';
import type { Round } from '../../model/round.ts';
import { type Millis, millis } from '../../model/units.ts';
import { counted, pageRate, rate, size, time } from '../text/format.ts';
import { outcomeText } from '../text/outcome.ts';
import { policyChangeText } from '../text/policy-change.ts';
import { printable } from '../text/printable.ts';
import { stopReasonText } from '../text/stop-reason.ts';
import type { LiveState, Transfer } from './live-state.ts';

/** What to show now, a line each and no longer than `columns`. The caller draws it over what it drew before. */
export const renderLive = (state: LiveState, columns: number): string[] =>
  [
    headLine(state),
    ...roundLines(state),
    ...(state.current === undefined ? [] : [transferLine(state.current, state)]),
    ...downtimeLines(state),
    ...(state.change === undefined
      ? []
      : [`limits changed: ${policyChangeText(state.change.from, state.change.to)}`]),
    ...(state.failure === undefined ? [] : [`failed: ${state.failure}`]),
    ...(state.warning === undefined ? [] : [`warning: ${state.warning}`]),
    ...outcomeLines(state),
  ].map((line) => fitted(line, columns));

const fitted = (text: string, columns: number): string => {
  const line = printable(text);
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
};

const headLine = ({ plan, phase, startedAt, at, frozenAt }: LiveState): string => {
  const elapsed = startedAt === undefined || at === undefined ? 0 : at - startedAt;
  const still = phase === 'frozen' || phase === 'restoring';
  const standing =
    still && frozenAt !== undefined && at !== undefined
      ? `  standing still ${time(millis(at - frozenAt))}`
      : '';
  const what = plan === undefined ? '' : `${containerName(plan.container)}: ${plan.from} → ${plan.to}  `;
  return `${what}${phase}  ${time(millis(elapsed))}${standing}`;
};

const roundLines = ({ rounds }: LiveState): readonly string[] => rounds.slice(-1).map(roundLine);

const roundLine = ({ index, dirty, sent, window, transfer }: Round): string =>
  [
    `round ${index}  ${counted(dirtySet(dirty), 'page', 'pages')}`,
    size(sent),
    rate(sent, transfer),
    ...(window > 0 ? [`dirtied ${pageRate(dirty.pagesWritten, window)}`] : []),
  ].join('  ');

/** In round 0, or without any, all of memory is to come; of a later transfer nobody knows the size. */
const transferLine = ({ index, received, startedAt }: Transfer, { plan, at }: LiveState): string => {
  const name = index === 'final' ? 'final dump' : `round ${index}`;
  const first = index === 0 || plan?.policy.maxRounds === 0;
  const all = first && plan !== undefined ? ` of about ${size(plan.container.memory.resident)}` : '';
  const running = millis((at ?? startedAt) - startedAt);
  return `${name}  ${counted(received / 4096, 'page', 'pages')}  ${size(received)}${all}  ${rate(received, running)}`;
};

const downtimeLines = (state: LiveState): readonly string[] => {
  if (state.downtime !== undefined) {
    return [`downtime  ${time(state.downtime.total)}${against(state)}`];
  }
  return state.decision === undefined
    ? []
    : [predictionLine(state.decision, state), ...reasonLines(state.decision)];
};

const predictionLine = (decision: Decision, state: LiveState): string =>
  `predicted downtime  ${time(decision.estimate.total)}${against(state)}`;

const against = ({ plan, decision, downtime }: LiveState): string => {
  const predicted: Millis | undefined = downtime === undefined ? undefined : decision?.estimate.total;
  const budget = plan?.policy.maxDowntime;
  return [
    ...(predicted === undefined ? [] : [`  predicted ${time(predicted)}`]),
    ...(budget === undefined ? [] : [`  budget ${time(budget)}`]),
  ].join('');
};

const reasonLines = (decision: Decision): readonly string[] => {
  switch (decision.kind) {
    case 'another-round':
      return [];
    case 'cut-over':
      return [`cut over: ${stopReasonText(decision.reason)}`];
    case 'give-up':
      return [`give up: ${stopReasonText(decision.reason)}`];
  }
};

const outcomeLines = ({ outcome, plan }: LiveState): readonly string[] =>
  outcome === undefined || plan === undefined
    ? []
    : [outcomeText(outcome, containerName(plan.container), plan.from, plan.to)];

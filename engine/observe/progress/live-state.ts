import type { Decision } from '../../model/decision.ts';
import type { Downtime } from '../../model/downtime.ts';
import type { RecordedEvent } from '../../model/event.ts';
import type { Phase } from '../../model/phase.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { isMove } from '../../model/recovery.ts';
import type { Outcome } from '../../model/report.ts';
import type { Round } from '../../model/round.ts';
import { type Bytes, bytes, type Millis } from '../../model/units.ts';

/** What a terminal shows of a migration under way: a fold of its events. */
export interface LiveState {
  readonly plan?: PlanSummary;
  readonly phase: Phase;
  /** The last rounds that ended, oldest first. */
  readonly rounds: readonly Round[];
  /** The transfer under way. */
  readonly current?: Transfer;
  readonly decision?: Decision;
  /** When the tasks were frozen for good. */
  readonly frozenAt?: Millis;
  readonly downtime?: Downtime;
  /** The user asked for the way back. */
  readonly interrupted?: true;
  /** What was changed last of the limits. */
  readonly change?: { readonly from: Policy; readonly to: Policy };
  /** The last one. */
  readonly warning?: string;
  /** The first one: others follow from it. */
  readonly failure?: string;
  readonly outcome?: Outcome;
  /** The copy ran: the downtime was measured, or a recovery finished the move. */
  readonly moved?: true;
  /** What could not be cleaned up. */
  readonly remains: readonly string[];
  /** Of the first event and of the last one. */
  readonly startedAt?: Millis;
  readonly at?: Millis;
}

export interface Transfer {
  readonly index: number | 'final';
  readonly startedAt: Millis;
  readonly received: Bytes;
}

export const initialLiveState: LiveState = { phase: 'planned', rounds: [], remains: [] };

/** The state after one more event. */
export const liveState = (state: LiveState, event: RecordedEvent): LiveState =>
  take({ ...state, startedAt: state.startedAt ?? event.at, at: event.at }, event);

const take = (state: LiveState, event: RecordedEvent): LiveState => {
  switch (event.kind) {
    case 'planned':
      return { ...state, plan: event.plan };
    case 'phase':
      return entered(state, event.to, event.at);
    case 'round-started':
      return { ...state, current: { index: event.index, startedAt: event.at, received: bytes(0) } };
    case 'round-progress':
      return { ...state, current: progressed(state.current, event.index, event.at, event.received) };
    case 'round-finished':
      return { ...withoutCurrent(state), rounds: [...state.rounds, event.round] };
    case 'final-dumped':
      return withoutCurrent(state);
    case 'policy-changed': {
      const { from, to } = event;
      const plan = state.plan === undefined ? {} : { plan: { ...state.plan, policy: to } };
      return { ...state, ...plan, change: { from, to } };
    }
    case 'change-refused':
      return { ...state, warning: `limits not changed: ${event.why}` };
    case 'decided':
      return { ...state, decision: event.decision };
    case 'downtime':
      return { ...state, downtime: event.downtime, moved: true };
    case 'interrupted':
      return { ...state, interrupted: true };
    case 'rolling-back':
      return withoutCurrent(state);
    case 'warning':
      return { ...state, warning: event.message };
    case 'failed':
      return { ...state, failure: state.failure ?? event.message };
    case 'finished':
      return { ...withoutCurrent(state), outcome: event.outcome, remains: event.remains ?? [] };
    case 'files-synced':
    case 'compression-decided':
    case 'carried':
    case 'image-shipped':
    case 'images-verified':
    case 'images-shipped':
      return state;
    case 'recovery':
      return isMove(event.decision) ? { ...state, moved: true } : state;
  }
};

const entered = (state: LiveState, phase: Phase, at: Millis): LiveState => ({
  ...state,
  phase,
  ...(phase === 'frozen' ? { frozenAt: at } : {}),
});

const progressed = (
  current: Transfer | undefined,
  index: number | 'final',
  at: Millis,
  received: Bytes,
): Transfer => (current?.index === index ? { ...current, received } : { index, startedAt: at, received });

const withoutCurrent = ({ current: _, ...state }: LiveState): LiveState => state;

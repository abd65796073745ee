import { lowerCap, wantsPacing } from '../core/prediction/cap.ts';
import { changedPolicy } from '../core/rounds/changed-policy.ts';
import { makesRounds } from '../core/rounds/decide.ts';
import { messageOf } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { ChangeRequest, Policy } from '../model/policy.ts';
import type { Bytes } from '../model/units.ts';
import type { Link } from '../ports/link.ts';
import type { Recorder } from './recorder.ts';

/** The policy as it stands, which may be changed until the container is about to stand still, and the link held to it. */
export interface Limits {
  policy(): Policy;
  /** Somebody wants a change. What becomes of it is told as an event, in the order of asking. */
  ask(request: ChangeRequest): void;
  /** The link is open: its cap holds from now on. */
  begin(): Promise<void>;
  /** Tells the lowest cap that held since. */
  watch(): () => Bytes | undefined;
  /** Changes come too late from now on, and the cap is that of the frozen part. */
  freeze(): Promise<void>;
  /** Nothing is told any more of a change that is still under way. */
  end(): void;
}

export const startLimits = (plan: Plan, link: Link, recorder: Recorder): Limits => {
  let policy = plan.policy;
  let stage: 'before' | 'open' | 'past' | 'over' = 'before';
  const held = heldLink(plan, link);
  const inTurn = turns();
  const caps: (Bytes | undefined)[] = [policy.maxBandwidth];

  const carryOut = async ({ request, change }: ChangeRequest): Promise<void> => {
    const from = policy;
    const to = changedPolicy(from, change);
    const why = isLate(stage, recorder.phase())
      ? `${plan.migration} is past its rounds`
      : !makesRounds(plan.policy) && change.maxRounds !== undefined
        ? `${plan.migration} was begun with --max-rounds 0, and makes none`
        : stage === 'open'
          ? await held.tryOther(from, to)
          : undefined;
    if (stage === 'over') return;
    if (why !== undefined) return recorder.emit({ kind: 'change-refused', request, why });
    policy = to;
    caps.push(to.maxBandwidth);
    recorder.emit({ kind: 'policy-changed', request, from, to });
  };

  return {
    policy: () => policy,
    ask: (request) => void inTurn(() => carryOut(request)),
    begin: () => {
      stage = 'open';
      return inTurn(async () => {
        if (wantsPacing(policy)) await held.to(policy.maxBandwidth);
      });
    },
    watch: () => {
      const from = caps.length - 1;
      return () => caps.slice(from).reduce(lowerCap, undefined);
    },
    freeze: () => {
      stage = 'past';
      return inTurn(async () => {
        if (held.ever()) await held.to(policy.maxBandwidthFrozen);
      });
    },
    end: () => {
      stage = 'over';
    },
  };
};

const changeable: ReadonlySet<string> = new Set(['planned', 'preflight', 'pre-copy']);

const isLate = (stage: 'before' | 'open' | 'past' | 'over', phase: string): boolean =>
  stage === 'past' || stage === 'over' || !changeable.has(phase);

/** One after the other; what fails keeps nobody from their turn. */
const turns = (): ((work: () => Promise<void>) => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
};

interface HeldLink {
  to(rate: Bytes | undefined): Promise<void>;
  /** Has it been asked for, so that there is something to lift? */
  ever(): boolean;
  /** Why the link cannot be held as another policy wants it, if so; it is held as before then. */
  tryOther(from: Policy, to: Policy): Promise<string | undefined>;
}

const heldLink = (plan: Plan, link: Link): HeldLink => {
  let ever = false;
  const to = async (rate: Bytes | undefined): Promise<void> => {
    await link.limit(plan, rate);
    ever = true;
  };
  return {
    to,
    ever: () => ever,
    tryOther: async (from, other) => {
      // Also where only the frozen part is to be held: whether that can be done shows now.
      if (!ever && !wantsPacing(other)) return undefined;
      try {
        await to(other.maxBandwidth);
        return undefined;
      } catch (cause) {
        await to(from.maxBandwidth).catch(() => {});
        return messageOf(cause);
      }
    },
  };
};

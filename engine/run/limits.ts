import { lowerCap, wantsPacing } from '../core/cap.ts';
import { changedPolicy } from '../core/changed-policy.ts';
import type { Plan } from '../model/plan.ts';
import type { ChangeRequest, Policy } from '../model/policy.ts';
import type { Bytes } from '../model/units.ts';
import type { Link } from '../ports.ts';
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
}

export const startLimits = (plan: Plan, link: Link, recorder: Recorder): Limits => {
  let policy = plan.policy;
  let open = false;
  let paced = false;
  let past = false;
  /** Changes follow each other. */
  let turn: Promise<void> = Promise.resolve();
  const caps: (Bytes | undefined)[] = [policy.maxBandwidth];

  const hold = async (rate: Bytes | undefined): Promise<void> => {
    paced = true;
    await link.limit(plan, rate);
  };
  const carryOut = async ({ request, change }: ChangeRequest): Promise<void> => {
    const refuse = (why: string): void => recorder.emit({ kind: 'change-refused', request, why });
    if (past || !changeable.has(recorder.phase())) return refuse(`${plan.migration} is past its rounds`);
    const from = policy;
    const to = changedPolicy(from, change);
    // Also where only the frozen part is to be held: whether that can be done shows now.
    if (open && (wantsPacing(to) || paced)) {
      try {
        await hold(to.maxBandwidth);
      } catch (cause) {
        return refuse(cause instanceof Error ? cause.message : String(cause));
      }
    }
    policy = to;
    caps.push(to.maxBandwidth);
    recorder.emit({ kind: 'policy-changed', request, from, to });
  };

  return {
    policy: () => policy,
    ask: (request) => {
      turn = turn.then(() => carryOut(request));
    },
    begin: async () => {
      open = true;
      if (wantsPacing(policy)) await hold(policy.maxBandwidth);
    },
    watch: () => {
      const from = caps.length - 1;
      return () => caps.slice(from).reduce(lowerCap, undefined);
    },
    freeze: async () => {
      past = true;
      await turn;
      if (paced) await hold(policy.maxBandwidthFrozen);
    },
  };
};

const changeable: ReadonlySet<string> = new Set(['planned', 'preflight', 'pre-copy']);

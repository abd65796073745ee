import { messageOf } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { isMove, type RecoveryDecision, type RecoveryFacts } from '../model/recovery.ts';
import type { Clock } from '../ports/clock.ts';
import type { Destination } from '../ports/destination.ts';
import type { Link } from '../ports/link.ts';
import type { Source } from '../ports/source.ts';

export interface RecoveryPorts {
  readonly source: Source;
  readonly destination: Destination;
  readonly link: Link;
  readonly clock: Clock;
}

interface Step {
  readonly what: string;
  /** On which host. */
  readonly on: 'source' | 'destination';
  readonly run: () => Promise<void>;
}

/** Does what was decided, on every host that can be reached, and tells what could not be done. */
export const carryOutRecovery = async (
  plan: Plan,
  ports: RecoveryPorts,
  facts: RecoveryFacts,
  decision: RecoveryDecision,
): Promise<readonly string[]> => {
  const first = firstOf(plan, ports, decision);
  if (first !== undefined) {
    const failure = await failureOf(plan, facts, first);
    // Nothing is cleaned up around a copy that may still be stopped, or that is yet to be made of what is there.
    if (failure !== undefined) return [failure];
  }
  const remains: string[] = [];
  for (const step of stepsOf(plan, ports, facts, decision)) {
    const failure = await failureOf(plan, facts, step);
    if (failure !== undefined) remains.push(failure);
  }
  return remains;
};

/** What makes it run, where that is still to be done. */
const firstOf = (
  plan: Plan,
  { destination }: RecoveryPorts,
  decision: RecoveryDecision,
): Step | undefined => {
  if (decision === 'resume')
    return { what: 'let it run', on: 'destination', run: () => destination.resumeHeld(plan) };
  if (decision === 'restore-again')
    return { what: 'restore it again', on: 'destination', run: () => destination.restoreAgain(plan) };
  return undefined;
};

const failureOf = async (
  { from, to }: Plan,
  facts: RecoveryFacts,
  { what, on, run }: Step,
): Promise<string | undefined> => {
  const host = on === 'source' ? from : to;
  if (facts[on] === 'unreachable') return `on ${host}: ${what}, once it can be reached`;
  try {
    await run();
    return undefined;
  } catch (cause) {
    return `on ${host}: ${what}: ${messageOf(cause)}`;
  }
};

/** Idempotent, all of them: what an earlier try has done is found done. */
const stepsOf = (
  plan: Plan,
  { source, destination, link }: RecoveryPorts,
  facts: RecoveryFacts,
  decision: RecoveryDecision,
): readonly Step[] => {
  const key: Step = {
    what: 'take the key back',
    on: 'destination',
    run: () => link.clear(plan, 'destination'),
  };
  if (decision === 'leave') return [key];
  const moved = isMove(decision);
  const onSource: readonly Step[] = [
    { what: 'end the connection', on: 'source', run: () => link.clear(plan, 'source') },
    { what: 'clean up', on: 'source', run: () => source.release(plan, moved) },
  ];
  const clean = moved ? () => destination.release(plan) : () => destination.discard(plan);
  const onDestination: readonly Step[] = [
    // Where there is nothing of the migration, what bears the container's name is somebody else's.
    ...(facts.destination === 'nothing' || (facts.destination === 'other' && !moved)
      ? []
      : [{ what: moved ? 'clean up' : 'discard what is there', on: 'destination' as const, run: clean }]),
    key,
  ];
  // The source serves, or is dead: whoever is to go on is seen to first.
  return moved ? [...onDestination, ...onSource] : [...onSource, ...onDestination];
};

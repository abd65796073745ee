import { afterWaiting, recoveryOf } from '../core/recovery.ts';
import { messageOf } from '../model/errors.ts';
import type { MigrationEventBody } from '../model/event.ts';
import type { Phase } from '../model/phase.ts';
import type { Plan } from '../model/plan.ts';
import type { Keep, RecoveryDecision, RecoveryFacts } from '../model/recovery.ts';
import type { Outcome } from '../model/report.ts';
import { millis } from '../model/units.ts';
import type { EventSink } from '../ports/events.ts';
import { carryOutRecovery, type RecoveryPorts } from './recovery-steps.ts';

export interface RecoverOptions {
  /** The last phase of the journal. */
  readonly phase: Phase;
  /** As in `RecoveryFacts`. */
  readonly moved?: boolean;
  /** What it had come to, where only something was left to clean up. */
  readonly outcome?: Exclude<Outcome, 'in-doubt'>;
  readonly keep?: Keep;
  readonly sink: EventSink;
  /** Heeded until something is done. */
  readonly signal: AbortSignal;
  /** Told of what was found before anything is done. */
  readonly onFound: (found: Found, decision: RecoveryDecision) => void;
  /** Waited for before something is done. Never rejects. */
  readonly durable: () => Promise<void>;
}

/** The facts, and where a host could not be asked, why. */
export interface Found extends RecoveryFacts {
  readonly why: { readonly source?: string; readonly destination?: string };
}

/** How a recovery ended. */
export interface Recovery {
  readonly found: Found;
  readonly decision: RecoveryDecision;
  /** Only when nothing remains to be done. */
  readonly outcome?: Outcome;
  /** What could not be done, and has to be tried again. */
  readonly remains: readonly string[];
}

/** The keepers on both hosts bring things to an end within 20 s. */
const PATIENCE = 30;

/** Looks at both hosts and finishes or undoes what a crash has left. Rejects only when the signal aborts. */
export const recover = async (
  plan: Plan,
  ports: RecoveryPorts,
  options: RecoverOptions,
): Promise<Recovery> => {
  const { sink, signal, durable, onFound } = options;
  const emit = (body: MigrationEventBody): void => sink({ at: ports.clock.now(), ...body });
  const { found, decision } = await look(plan, ports, options);
  signal.throwIfAborted();
  const { source, destination } = found;
  onFound(found, decision);
  emit({ kind: 'recovery', source, destination, decision });
  if (decision === 'in-doubt' || decision === 'wait') return { found, decision, remains: [] };
  await durable();
  const remains = await carryOutRecovery(plan, ports, found, decision);
  for (const message of remains) emit({ kind: 'warning', message });
  if (remains.length > 0) return { found, decision, remains };
  const outcome = options.outcome ?? outcomeOf[decision];
  emit({ kind: 'finished', outcome });
  return { found, decision, outcome, remains };
};

const outcomeOf: Readonly<Record<Exclude<RecoveryDecision, 'in-doubt' | 'wait'>, Outcome>> = {
  // Decided only where there is an outcome already, which stays.
  leave: 'in-doubt',
  finish: 'migrated',
  resume: 'migrated',
  'restore-again': 'migrated',
  'roll-back': 'rolled-back',
  lost: 'ended',
};

const look = async (
  plan: Plan,
  { source, destination, clock }: RecoveryPorts,
  { phase, moved = false, outcome, keep, signal }: RecoverOptions,
): Promise<{ readonly found: Found; readonly decision: RecoveryDecision }> => {
  for (let second = 0; ; second += 1) {
    // One after the other: what the destination does is decided on the source.
    const here = await asked(() => source.standing(plan));
    const there = await asked(() => destination.standing(plan));
    const found = {
      source: here.standing ?? 'unreachable',
      destination: there.standing ?? 'unreachable',
      phase,
      moved,
      ...(outcome === undefined ? {} : { outcome }),
      why: {
        ...(here.why === undefined ? {} : { source: here.why }),
        ...(there.why === undefined ? {} : { destination: there.why }),
      },
    } as const;
    const decision = recoveryOf(found, keep);
    if (decision !== 'wait') return { found, decision };
    if (second >= PATIENCE || signal.aborted) return { found, decision: afterWaiting(found) };
    await clock.sleep(millis(1000), signal);
  }
};

interface Answer<Standing> {
  readonly standing?: Standing;
  readonly why?: string;
}

const asked = async <Standing>(ask: () => Promise<Standing>): Promise<Answer<Standing>> => {
  try {
    return { standing: await ask() };
  } catch (cause) {
    return { why: messageOf(cause) };
  }
};

import { z } from 'zod';
import type { StopReason } from '../../engine/model/decision.ts';
import type { Downtime } from '../../engine/model/downtime.ts';
import type { PastCutOver } from '../../engine/model/past.ts';
import type { Policy } from '../../engine/model/policy.ts';
import type { DirtyProfile } from '../../engine/model/profile.ts';
import type { Round } from '../../engine/model/round.ts';
import { type Bytes, bytes } from '../../engine/model/units.ts';
import { policy } from '../../transport/journal/event-schema.ts';
import { downtime, round, size, stopReason } from '../../transport/journal/round-schema.ts';
import { parseProfile } from '../../transport/profile/profile-file.ts';
import { runRecordSchema } from '../model/run-record.ts';

/** A migration that was made, with what had been predicted of it. */
export interface MadeRun {
  readonly scenario: string;
  readonly told: Downtime;
  readonly past: PastCutOver;
  readonly policy: Policy;
  readonly stop: StopReason['kind'];
  /** Memory, rounds and final dump. */
  readonly sent: Bytes;
  /** Taken just before, where one was. */
  readonly profile?: DirtyProfile;
}

interface Told {
  readonly predicted: Downtime;
  readonly measured: Downtime;
  readonly rounds: readonly Round[];
  readonly resident: Bytes;
  readonly pageBytes: Bytes;
  readonly policy: Policy;
  readonly stop: StopReason;
}

const told: z.ZodType<Told> = z.object({
  predicted: downtime,
  measured: downtime,
  rounds: z.array(round),
  resident: size,
  pageBytes: size,
  policy,
  stop: stopReason,
});

/** Beside what every run has. */
const profiled: z.ZodType<{ profile?: unknown }> = z.object({ profile: z.unknown().optional() });

/** Runs that ended well, in their order; one that failed has nothing to compare. */
export const readRuns = (text: string): readonly MadeRun[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .flatMap((line) => {
      const { outcome, scenario, report } = runRecordSchema.parse(line);
      return outcome === 'ok' ? [madeOf(scenario, told.parse(report), profiled.parse(line).profile)] : [];
    });

const madeOf = (
  scenario: string,
  { predicted, pageBytes, policy, stop, ...rest }: Told,
  profile: unknown,
): MadeRun => ({
  scenario,
  told: predicted,
  past: { ...rest, left: bytes(pageBytes - rest.rounds.reduce((sum, each) => sum + each.sent, 0)) },
  policy,
  stop: stop.kind,
  sent: pageBytes,
  ...(profile === undefined ? {} : { profile: parseProfile(scenario, JSON.stringify(profile)) }),
});

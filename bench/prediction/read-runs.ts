import { z } from 'zod';
import type { Downtime } from '../../engine/model/downtime.ts';
import type { PastCutOver } from '../../engine/model/past.ts';
import type { Round } from '../../engine/model/round.ts';
import { type Bytes, bytes } from '../../engine/model/units.ts';
import { downtime, round, size } from '../../transport/journal/round-schema.ts';
import { runRecordSchema } from '../model/run-record.ts';

/** A migration that was made, with what had been predicted of it. */
export interface MadeRun {
  readonly scenario: string;
  readonly told: Downtime;
  readonly past: PastCutOver;
}

interface Told {
  readonly predicted: Downtime;
  readonly measured: Downtime;
  readonly rounds: readonly Round[];
  readonly resident: Bytes;
  readonly pageBytes: Bytes;
}

const told: z.ZodType<Told> = z.object({
  predicted: downtime,
  measured: downtime,
  rounds: z.array(round),
  resident: size,
  pageBytes: size,
});

/** Runs that ended well, in their order; one that failed has nothing to compare. */
export const readRuns = (text: string): readonly MadeRun[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => runRecordSchema.parse(JSON.parse(line)))
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ scenario, report }) => {
      const { predicted, pageBytes, ...rest } = told.parse(report);
      const sent = rest.rounds.reduce((sum, each) => sum + each.sent, 0);
      return { scenario, told: predicted, past: { ...rest, left: bytes(pageBytes - sent) } };
    });

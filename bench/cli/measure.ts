import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../../cli/terminal/exit-codes.ts';
import { interruptible } from '../../cli/terminal/interrupt.ts';
import { logLine, writeLine } from '../../cli/terminal/write.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { bytes, millis } from '../../engine/model/units.ts';
import { size, time } from '../../engine/observe/text/format.ts';
import { type Lab, openLab, startLab } from '../lab/index.ts';
import type { RunRecord } from '../model/run-record.ts';
import type { Scenario } from '../model/scenario.ts';
import { runAll } from '../runs/run-all.ts';
import { type Planned, schedule } from '../runs/schedule.ts';
import { summarize } from '../stats/summary.ts';
import { summaryText } from '../stats/summary-text.ts';
import type { Variant } from '../variants/variant.ts';

export interface BenchOptions {
  readonly repeat: number;
  readonly warmUp: boolean;
  readonly lab?: string;
  readonly out: string;
  readonly turn?: string;
  readonly json?: true;
}

export interface OfVariants {
  readonly variants: readonly Variant[];
}

/** The command that is measured, as it is built. */
const precopy = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** What the others are measured against. */
export const AGAINST: string = 'precopy';

/** Runs all that was asked for, one after the other, and shows the table of it. */
export const measure = async (
  version: string,
  scenarios: readonly Scenario[],
  options: BenchOptions & OfVariants,
): Promise<void> => {
  const plan = schedule(scenarios, options.variants, options.repeat, options.warmUp);
  const { signal, settle } = interruptible((first) => {
    if (first)
      logLine('interrupted: waiting for the run under way, to take it away; those before it are kept');
  });
  const lab = await labFor(options, signal);
  try {
    const began = performance.now();
    const records = await runAll(
      {
        lab,
        precopy: [process.execPath, precopy],
        version,
        file: options.out,
        turn: options.turn,
        signal,
        onStart: (planned, index) =>
          logLine(startText(planned, index, plan.length, performance.now() - began)),
        onRecord: (record) => logLine(recordText(record)),
      },
      plan,
    );
    show(records, options.json === true);
    if (records.some(({ outcome }) => outcome === 'failed')) process.exitCode = exitCodes.unexpected;
  } finally {
    settle();
    if (options.lab === undefined) await lab.down();
  }
};

const labFor = ({ lab }: BenchOptions, signal: AbortSignal): Promise<Lab> =>
  lab === undefined ? startLab({ owned: true, onProgress: logLine, signal }) : openLab(lab);

const startText = (
  { scenario, variant, repetition }: Planned,
  index: number,
  of: number,
  passed: number,
): string =>
  `[${index + 1}/${of}, ${time(millis(passed))}] ${scenario.name}, ${variant.name}, ${repetition === 0 ? 'warm-up' : `run ${repetition}`}`;

const recordText = ({ outcome, failure, client, totalTime, bytesSent }: RunRecord): string =>
  outcome === 'failed' || client === undefined
    ? `  failed: ${failure ?? 'nobody says why'}`
    : `  gap ${time(millis(client.longestGap))}, whole command ${time(millis(totalTime))}, ${size(bytes(bytesSent ?? 0))} sent`;

export const show = (records: readonly RunRecord[], json: boolean): void => {
  const summaries = summarize(records, AGAINST);
  if (summaries.length === 0) throw new InvalidInput('there are no runs but warm-ups');
  writeLine(json ? JSON.stringify(summaries, undefined, 2) : summaryText(summaries, AGAINST).join('\n'));
};

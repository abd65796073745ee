import { performance } from 'node:perf_hooks';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Lab, openLab, startLab } from '../bench/lab/index.ts';
import type { RunRecord } from '../bench/model/run-record.ts';
import type { Scenario } from '../bench/model/scenario.ts';
import { readScenario } from '../bench/runs/read-scenario.ts';
import { readRecords } from '../bench/runs/results.ts';
import { runAll } from '../bench/runs/run-all.ts';
import { type Planned, schedule } from '../bench/runs/schedule.ts';
import { summarize } from '../bench/stats/summary.ts';
import { summaryText } from '../bench/stats/summary-text.ts';
import { variants } from '../bench/variants/index.ts';
import type { Variant } from '../bench/variants/variant.ts';
import { InvalidInput } from '../engine/model/errors.ts';
import { bytes, millis } from '../engine/model/units.ts';
import { size, time } from '../engine/observe/format.ts';
import { type Swept, sweepOf, swept } from './bench-sweep.ts';
import { exitCodes } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { parseCount } from './values.ts';
import { withOptions } from './with-options.ts';
import { tellLine, writeLine } from './write.ts';

interface BenchOptions {
  readonly repeat: number;
  readonly warmUp: boolean;
  readonly lab?: string;
  readonly out: string;
  readonly turn?: string;
  readonly json?: true;
}

interface OfVariants {
  readonly variants: readonly Variant[];
}

interface SweepOptions extends BenchOptions, OfVariants {
  readonly over: Swept;
}

/** What the others are measured against. */
const AGAINST = 'precopy';

/** `precopy bench`: migrations in the lab, measured by a client outside both hosts. */
export const benchCommand = (version: string): Command =>
  new Command('bench')
    .description('measure migrations in the lab as a client sees them, and compare ways to migrate')
    .enablePositionalOptions()
    .addCommand(
      measuring('run', 'migrate a workload several times')
        .addOption(variantsOption().default([named(AGAINST)], AGAINST))
        .action(async (scenario: string, options: BenchOptions & OfVariants) =>
          measure(version, [await readScenario(scenario)], options),
        ),
    )
    .addCommand(
      measuring('sweep', 'the same over several values of a setting')
        .addOption(
          new Option('--over <setting=values>', 'memory=64MiB,128MiB, dirty-rate=100,500 or link-rate=1Gbit')
            .argParser(swept)
            .makeOptionMandatory(),
        )
        .addOption(variantsOption().default([named(AGAINST)], AGAINST))
        .action(async (scenario: string, options: SweepOptions) =>
          measure(version, sweepOf(await readScenario(scenario), options.over), options),
        ),
    )
    .addCommand(
      measuring('compare', 'precopy, other ways to migrate, and the least that is possible, interleaved')
        .addOption(variantsOption().default(variants, 'all of them'))
        .action(async (scenario: string, options: BenchOptions & OfVariants) =>
          measure(version, [await readScenario(scenario)], options),
        ),
    )
    .addCommand(
      new Command('show')
        .description('the table of runs that were measured before')
        .argument('<file...>', 'results, as run, sweep and compare write them')
        .option('--json', 'print it as JSON')
        .action(async (files: readonly string[], { json }: Pick<BenchOptions, 'json'>) =>
          show((await Promise.all(files.map(readRecords))).flat(), json === true),
        ),
    );

const measuring = (name: string, description: string): Command =>
  withOptions(
    new Command(name)
      .description(description)
      .argument('<scenario>', 'one that comes along (redis-100mb, churn-128mib, nginx), or a JSON file'),
    [
      new Option('--repeat <n>', 'so many runs of each, beyond a warm-up').argParser(parseCount).default(5),
      new Option('--no-warm-up', 'where the lab is warm: the first run of each counts'),
      new Option('--lab <name>', 'a lab that is up (default: one of its own)'),
      new Option('--out <file>', 'add each run to this file, as a line of JSON').default('bench.jsonl'),
      new Option('--turn <file>', 'hold the lock of this file, as flock does, while each way runs once'),
      new Option('--json', 'print the table as JSON'),
    ],
  );

const named = (name: string): Variant => {
  const found = variants.find((each) => each.name === name);
  if (found === undefined)
    throw new InvalidArgumentError(`${name} is none of ${variants.map((each) => each.name).join(', ')}`);
  return found;
};

const variantsOption = (): Option =>
  new Option(
    '--variants <names>',
    `ways to migrate, of ${variants.map(({ name }) => name).join(',')}`,
  ).argParser((text: string) => [...new Set(text.split(','))].map(named));

const measure = async (
  version: string,
  scenarios: readonly Scenario[],
  options: BenchOptions & OfVariants,
): Promise<void> => {
  const plan = schedule(scenarios, options.variants, options.repeat, options.warmUp);
  const { signal, settle } = interruptible((first) => {
    if (first)
      tellLine('interrupted: waiting for the run under way, to take it away; those before it are kept');
  });
  const lab = await labFor(options, signal);
  try {
    const [node, program] = [process.execPath, process.argv[1] ?? ''];
    const began = performance.now();
    const records = await runAll(
      {
        lab,
        precopy: [node, program],
        version,
        file: options.out,
        turn: options.turn,
        signal,
        onStart: (planned, index) =>
          tellLine(startText(planned, index, plan.length, performance.now() - began)),
        onRecord: (record) => tellLine(recordText(record)),
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
  lab === undefined ? startLab({ owned: true, onProgress: tellLine, signal }) : openLab(lab);

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

const show = (records: readonly RunRecord[], json: boolean): void => {
  const summaries = summarize(records, AGAINST);
  if (summaries.length === 0) throw new InvalidInput('there are no runs but warm-ups');
  writeLine(json ? JSON.stringify(summaries, undefined, 2) : summaryText(summaries, AGAINST).join('\n'));
};

import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCount } from '../../cli/options/values.ts';
import { withOptions } from '../../cli/options/with-options.ts';
import { readScenario } from '../runs/read-scenario.ts';
import { readRecords } from '../runs/results.ts';
import { variants } from '../variants/index.ts';
import type { Variant } from '../variants/variant.ts';
import { AGAINST, type BenchOptions, measure, type OfVariants, show } from './measure.ts';
import { reportCommand } from './report.ts';
import { type Swept, sweepOf, swept } from './sweep.ts';

interface SweepOptions extends BenchOptions, OfVariants {
  readonly over: Swept;
}

/** Migrations in the lab, measured by a client outside both hosts. */
export const measuringCommands = (version: string): readonly Command[] => [
  measuring('run', 'migrate a workload several times')
    .addOption(variantsOption().default([named(AGAINST)], AGAINST))
    .action(async (scenario: string, options: BenchOptions & OfVariants) =>
      measure(version, [await readScenario(scenario)], options),
    ),
  measuring('sweep', 'the same over several values of a setting')
    .addOption(
      new Option('--over <setting=values>', 'memory=64MiB,128MiB, dirty-rate=100,500 or link-rate=1Gbit/s')
        .argParser(swept)
        .makeOptionMandatory(),
    )
    .addOption(variantsOption().default([named(AGAINST)], AGAINST))
    .action(async (scenario: string, options: SweepOptions) =>
      measure(version, sweepOf(await readScenario(scenario), options.over), options),
    ),
  measuring('compare', 'precopy, other ways to migrate, and the least that is possible, interleaved')
    .addOption(variantsOption().default(variants, 'all of them'))
    .action(async (scenario: string, options: BenchOptions & OfVariants) =>
      measure(version, [await readScenario(scenario)], options),
    ),
  new Command('show')
    .description('the table of runs that were measured before')
    .argument('<file...>', 'results, as run, sweep and compare write them')
    .option('--json', 'print it as JSON')
    .action(async (files: readonly string[], { json }: Pick<BenchOptions, 'json'>) =>
      show((await Promise.all(files.map(readRecords))).flat(), json === true),
    ),
  reportCommand(),
];

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

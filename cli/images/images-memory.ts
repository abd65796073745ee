import { Command } from 'commander';
import { type Heat, localDirectory, type MappingHeat, memoryHeat } from '../../criu-proto/index.ts';
import { writeLine } from '../terminal/write.ts';
import { withImageErrors } from './image-errors.ts';
import { columns, exactJson, pagesText, visible } from './images-text.ts';

const total = ({ rounds }: MappingHeat): number => rounds.reduce((sum, { pages }) => sum + pages, 0);

/** Returns a table with the mappings with most pages first, and a column of pages for each round. */
export const heatText = (heat: Heat): string => {
  const head = [
    'pid',
    'command',
    'mapping',
    'access',
    'size',
    ...heat.rounds.map((path) => visible(path.split('/').at(-1) ?? '')),
  ];
  const rows = heat.mappings
    .toSorted((a, b) => total(b) - total(a))
    .map(({ pid, command, name, access, start, end, rounds }) => [
      pid === undefined ? '-' : String(pid),
      visible(command),
      visible(name),
      access,
      pagesText((end - start) / 4096n),
      ...rounds.map(({ pages }) => pages.toLocaleString('en')),
    ]);
  const sums = heat.rounds.map((_, round) =>
    heat.mappings.reduce((sum, mapping) => sum + (mapping.rounds[round]?.pages ?? 0), 0).toLocaleString('en'),
  );
  const numbers = [0, 4, ...heat.rounds.map((_, round) => round + 5)];
  return columns([head, ...rows, ['', '', 'all', '', '', ...sums]], numbers);
};

interface MemoryOptions {
  readonly json?: true;
}

/** `precopy images memory`: shows which mappings were dirtied in which rounds. */
export const memoryCommand = (): Command =>
  new Command('memory')
    .description('show which mappings were dirtied in which rounds, in pages')
    .argument('<directory>', 'the newest round of a chain')
    .option('--json', 'print the mappings as JSON, each with its parts')
    .action((directory: string, options: MemoryOptions) =>
      withImageErrors(async () => {
        const heat = await memoryHeat(localDirectory(directory));
        writeLine(options.json === true ? exactJson({ version: 1, ...heat }) : heatText(heat));
      }),
    );

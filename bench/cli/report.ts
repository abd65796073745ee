import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { logLine } from '../../cli/terminal/write.ts';
import { InvalidInput, messageOf } from '../../engine/model/errors.ts';
import { joined, parseInputs } from '../report/records/inputs.ts';

interface ReportOptions {
  readonly out: string;
  readonly title: string;
}

/** `precopy-bench report`: results as a page to look at. */
export const reportCommand = (): Command =>
  new Command('report')
    .description('draw results as one HTML page that needs nothing else')
    .argument(
      '<file...>',
      'results of precopy-bench, or what precopy migrate or precopy tune has printed with --json',
    )
    .requiredOption('--out <file>', 'where the page goes')
    .option('--title <text>', 'its heading', 'Migrations')
    .action(async (files: readonly string[], { out, title }: ReportOptions) => {
      const inputs = joined(
        await Promise.all(files.map(async (file) => parseInputs(file, await read(file)))),
      );
      // The charts take a while to load, and only this command needs them.
      const { page } = await import('../report/page.ts');
      const text = page(title, inputs);
      await writeFile(out, text);
      logLine(`${out}: ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`);
    });

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidInput(messageOf(cause), { cause });
  });

import { Command } from 'commander';
import { localDirectory, summarizeCheckpoint } from '../../criu-proto/index.ts';
import { writeLine } from '../terminal/write.ts';
import { withImageErrors } from './image-errors.ts';
import { summaryText } from './images-summary.ts';
import { exactJson } from './images-text.ts';

/** `precopy images show`: summarizes a checkpoint. */
export const showCommand = (): Command =>
  new Command('show')
    .description('show processes, memory, open files, sockets, mounts and statistics of a checkpoint')
    .argument('<directory>', 'a directory of images')
    .option('--json', 'print the whole summary as JSON')
    .action((directory: string, options: { readonly json?: true }) =>
      withImageErrors(async () => {
        const summary = await summarizeCheckpoint(localDirectory(directory));
        writeLine(options.json === true ? exactJson({ version: 1, ...summary }) : summaryText(summary));
      }),
    );

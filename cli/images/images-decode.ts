import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Command } from 'commander';
import { type ByteSource, localDirectory, streamJson } from '../../criu-proto/index.ts';
import { withImageErrors } from './image-errors.ts';

/** Waits for the reader of standard output, because an image may be larger than memory. */
const writeText = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

/** Opens a file on this machine, to be read in parts. */
export const fileSource = async (path: string): Promise<ByteSource> => {
  const { size } = await stat(path);
  const directory = localDirectory(dirname(path));
  const name = basename(path);
  return { name, size, read: (offset, length) => directory.read(name, offset, length) };
};

/** `precopy images decode`: prints one image as JSON, as `crit decode` does. */
export const decodeCommand = (): Command =>
  new Command('decode')
    .description('print an image as JSON, exactly as crit does')
    .argument('<file>', 'an image')
    .action((file: string) =>
      withImageErrors(async () => {
        for await (const part of streamJson(await fileSource(file))) await writeText(part);
        await writeText('\n');
      }),
    );

import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import {
  type ByteSource,
  type Difference,
  describeName,
  diffImages,
  fileOf,
  firstDifference,
  localDirectory,
  openChain,
  type Round,
  type Value,
} from '../../criu-proto/index.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { writeLine } from '../terminal/write.ts';
import { withImageErrors } from './image-errors.ts';
import { fileSource } from './images-decode.ts';
import { exactJson, visible } from './images-text.ts';

export interface FileDifference {
  readonly file: string;
  readonly side: 'left' | 'right' | 'both';
  /** The first differences of messages. Empty for raw files, and when only payloads differ. */
  readonly differences: readonly Difference[];
  /** The first byte that differs. */
  readonly offset?: number;
}

const MAX_DIFFERENCES = 1000;

const messageDifferences = async (left: ByteSource, right: ByteSource): Promise<readonly Difference[]> => {
  const differences: Difference[] = [];
  for await (const difference of diffImages(left, right)) {
    differences.push(difference);
    if (differences.length === MAX_DIFFERENCES) break;
  }
  return differences;
};

/** Returns the differences of two files, or undefined when the files are the same. */
const compareFiles = async (
  file: string,
  left: ByteSource,
  right: ByteSource,
  isImage: boolean,
): Promise<FileDifference | undefined> => {
  const offset = await firstDifference(left, right);
  if (offset === undefined) return undefined;
  const differences = isImage ? await messageDifferences(left, right) : [];
  return { file, side: 'both', differences, offset };
};

const compareRounds = async (left: Round, right: Round): Promise<readonly FileDifference[]> => {
  const found: FileDifference[] = [];
  for (const file of [...new Set([...left.files.keys(), ...right.files.keys()])].sort()) {
    const [a, b] = [fileOf(left, file), fileOf(right, file)];
    if (a !== undefined && b !== undefined) {
      const difference = await compareFiles(file, a, b, describeName(file)?.kind === 'image');
      if (difference !== undefined) found.push(difference);
    } else if (a !== undefined || b !== undefined) {
      found.push({ file, side: a === undefined ? 'right' : 'left', differences: [] });
    }
  }
  return found;
};

export const compare = async (left: string, right: string): Promise<readonly FileDifference[]> => {
  if ((await stat(left)).isDirectory()) {
    const [[a], [b]] = await Promise.all([openChain(localDirectory(left)), openChain(localDirectory(right))]);
    return compareRounds(a, b);
  }
  const difference = await compareFiles(right, await fileSource(left), await fileSource(right), true);
  return difference === undefined ? [] : [difference];
};

const SHOWN_DIFFERENCES = 10;
const VALUE_WIDTH = 60;

const valueText = (value: Value | undefined): string => {
  if (value === undefined) return '-';
  const text = visible(exactJson(value).replaceAll(/\s+/g, ' '));
  return text.length <= VALUE_WIDTH ? text : `${text.slice(0, VALUE_WIDTH)}...`;
};

export const differenceText = ({ file, side, differences, offset }: FileDifference): string => {
  if (side !== 'both') return `${visible(file)}: only ${side}`;
  const head = `${visible(file)}: from byte ${offset}`;
  const lines = differences
    .slice(0, SHOWN_DIFFERENCES)
    .map(({ path, left, right }) => `  ${visible(path)}: ${valueText(left)} -> ${valueText(right)}`);
  const more =
    differences.length > SHOWN_DIFFERENCES ? [`  and ${differences.length - SHOWN_DIFFERENCES} more`] : [];
  return [head, ...lines, ...more].join('\n');
};

/** `precopy images diff`: compares two images, or two directories of images, field by field. */
export const diffCommand = (): Command =>
  new Command('diff')
    .description('compare two images, or two directories of images, field by field')
    .argument('<left>', 'an image or a directory')
    .argument('<right>', 'another image or directory')
    .option('--json', 'print the differences as JSON')
    .action((left: string, right: string, options: { readonly json?: true }) =>
      withImageErrors(async () => {
        const found = await compare(left, right);
        if (options.json === true) writeLine(exactJson({ version: 1, differences: found }));
        else for (const difference of found) writeLine(differenceText(difference));
        if (found.length > 0) process.exitCode = exitCodes.refused;
      }),
    );

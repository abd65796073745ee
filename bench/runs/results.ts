import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import { type RunRecord, runRecordSchema } from '../model/run-record.ts';

/** A line at a time, as runs end: what was measured is kept, whatever comes after. */
export const addRecord = async (file: string, record: RunRecord): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(record)}\n`);
};

export const readRecords = async (file: string): Promise<readonly RunRecord[]> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidInput(`cannot read ${file}`, { cause });
  });
  return text
    .split('\n')
    .map((line, index) => ({ line, where: `${file}:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => parseRecord(line, where));
};

const parseRecord = (line: string, where: string): RunRecord => {
  try {
    return runRecordSchema.parse(JSON.parse(line));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : 'not JSON';
    throw new InvalidInput(`${where} is not the record of a run: ${why}`, { cause });
  }
};

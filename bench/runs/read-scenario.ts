import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import { type Scenario, scenarioSchema } from '../model/scenario.ts';

const directory = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** One of the scenarios that come with the program, by its name, or one in a file. */
export const readScenario = async (nameOrFile: string): Promise<Scenario> => {
  const file = /[./]/.test(nameOrFile) ? nameOrFile : `${directory}${nameOrFile}.json`;
  const text = await readFile(file, 'utf8').catch(async () => {
    throw new InvalidInput(
      `there is no scenario ${nameOrFile}; name a file, or one of ${(await scenarioNames()).join(', ')}`,
    );
  });
  return parseScenario(text, file);
};

export const parseScenario = (text: string, file: string): Scenario => {
  try {
    return scenarioSchema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : 'it is not JSON';
    throw new InvalidInput(`${file} is no scenario: ${why}`, { cause });
  }
};

const scenarioNames = async (): Promise<readonly string[]> =>
  (await readdir(directory)).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));

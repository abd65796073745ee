import { createInterface } from 'node:readline/promises';
import { InvalidInput } from '../engine/model/errors.ts';
import type { Finding } from '../engine/model/finding.ts';

/**
 * Warnings want somebody's yes. On a terminal that is asked for; elsewhere it has to have been given with `--yes`.
 * Resolves to whether to go on.
 */
export const confirmed = async (
  findings: readonly Finding[],
  yes: boolean,
  signal: AbortSignal,
): Promise<boolean> => {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  if (yes || warnings.length === 0) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new InvalidInput(
      'there are warnings and no terminal to ask on: read them with --dry-run, then say --yes',
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C, Ctrl-D or a terminal that goes away close the prompt, and a closed one never answers.
    const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
    const question = prompt.question('Migrate all the same? [y/N] ', { signal });
    const answer = await Promise.race([question, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
};

import { createInterface } from 'node:readline/promises';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Finding } from '../../engine/model/finding.ts';

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
  return agreed(
    'Migrate all the same?',
    'there are warnings and no terminal to ask on: read them with --dry-run, then say --yes',
    signal,
  );
};

/** Asks for a yes on the terminal; without one it is refused with the text `unasked`, which says what to add. */
export const agreed = async (question: string, unasked: string, signal: AbortSignal): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new InvalidInput(unasked);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C, Ctrl-D or a terminal that goes away close the prompt, and a closed one never answers.
    const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
    const asked = prompt.question(`${question} [y/N] `, { signal });
    const answer = await Promise.race([asked, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
};

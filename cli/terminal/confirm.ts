import { createInterface } from 'node:readline/promises';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Finding } from '../../engine/model/finding.ts';

/** Asks the user to confirm warnings, unless `--yes` has. Returns whether to go on. */
export const confirmWarnings = async (
  findings: readonly Finding[],
  yes: boolean,
  signal: AbortSignal,
): Promise<boolean> => {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  if (yes || warnings.length === 0) return true;
  return askForConsent(
    'Migrate despite the warnings?',
    'there are warnings, and no terminal to ask on: read them with --dry-run, then use --yes',
    signal,
  );
};

/** Asks a question on the terminal. Without one it rejects with the text `noTerminal`. */
export const askForConsent = async (
  question: string,
  noTerminal: string,
  signal: AbortSignal,
): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new InvalidInput(noTerminal);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C, Ctrl-D and a lost terminal close the prompt. `question` never settles on a closed prompt.
    const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
    const answered = prompt.question(`${question} [y/N] `, { signal });
    const answer = await Promise.race([answered, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
};

import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';

/** criu logs these as errors although nothing is wrong. */
const harmless = [/No parent image found, though parent directory is set/];

/** Returns the last lines with errors in criu's log, oldest first. Empty when there is no log. */
export const errorLines = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => /\bError\b|BUG at/.test(line) && !harmless.some((pattern) => pattern.test(line)))
    .map((line) => line.trim())
    .slice(-5);

/** Returns the error lines of criu's newest log below a directory. */
export const newestErrors = async (host: Host, directory: string): Promise<readonly string[]> => {
  const { stdout } = await host.probe({ argv: scriptArgv('newest-log', directory) });
  return errorLines(stdout);
};

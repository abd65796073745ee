import { DecodeError } from '../../criu-proto/index.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { logLine } from '../terminal/write.ts';
import { visible } from './images-text.ts';

const isMissing = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Runs an action on images. A damaged image becomes one line, and the exit code `refused`. */
export const withImageErrors = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    if (isMissing(error)) throw new InvalidInput(error.message);
    if (!(error instanceof DecodeError)) throw error;
    logLine(`precopy: ${visible(error.message)}`);
    process.exitCode = exitCodes.refused;
  }
};

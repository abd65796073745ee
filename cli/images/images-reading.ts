import { DecodeError } from '../../criu-proto/index.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { tellLine } from '../terminal/write.ts';
import { visible } from './images-text.ts';

const isMissing = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Does something with images: damaged ones are told in one line, and refused. */
export const reading = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    if (isMissing(error)) throw new InvalidInput(error.message);
    if (!(error instanceof DecodeError)) throw error;
    tellLine(`precopy: ${visible(error.message)}`);
    process.exitCode = exitCodes.refused;
  }
};

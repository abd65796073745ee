import { Command } from 'commander';
import { localDirectory, type Problem, type Verification, verifyCheckpoint } from '../../criu-proto/index.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { writeLine } from '../terminal/write.ts';
import { withImageErrors } from './image-errors.ts';
import { bytesText, exactJson, visible } from './images-text.ts';

const problemText = ({ code, file, offset, problem }: Problem): string =>
  visible(`${code}: ${file}: ${problem}${offset === undefined ? '' : ` at byte ${offset}`}`);

/** Returns the problems, what was checked, and how long the check took. */
export const verificationText = (verification: Verification, milliseconds: number): string => {
  const { problems, rounds, files, bytes, processes, runs, pages } = verification;
  const checked = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${files} files of ${bytesText(bytes)}`;
  const memory = `${processes} processes, ${pages} pages in ${runs} runs`;
  const verdict = problems.length === 0 ? 'nothing wrong' : `${problems.length} problems`;
  const lines = [...problems.map(problemText), `${verdict}: ${checked}, ${memory}`];
  return [...lines, `checked in ${Math.round(milliseconds)} ms`].join('\n');
};

/** `precopy images verify`: checks whether a checkpoint is complete and consistent. */
export const verifyCommand = (): Command =>
  new Command('verify')
    .description('check a checkpoint: every image, every reference, every page down the chain')
    .argument('<directory>', 'the newest round')
    .option('--json', 'print the problems as JSON')
    .action((directory: string, options: { readonly json?: true }) =>
      withImageErrors(async () => {
        const began = performance.now();
        const verification = await verifyCheckpoint(localDirectory(directory));
        const milliseconds = performance.now() - began;
        writeLine(
          options.json === true
            ? exactJson({ version: 1, ...verification, milliseconds })
            : verificationText(verification, milliseconds),
        );
        if (verification.problems.length > 0) process.exitCode = exitCodes.refused;
      }),
    );

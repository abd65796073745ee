import { CommandFailed } from '../../engine/model/errors.ts';
import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones } from '../door/milestones.ts';

interface ParkedRestoreOptions {
  readonly directory: string;
  /** The command that the keeper runs for the restore. Errors name this command. */
  readonly argv: readonly [string, ...string[]];
  /** The script that runs the restore and prints its milestones. */
  readonly keeper: readonly [string, ...string[]];
  /** The file in the directory that the output of the restore goes to. */
  readonly output: string;
}

/** Starts the keeper of a restore, and waits until everything is ready but the images. */
export const startParkedRestore = async (
  host: Host,
  { directory, argv, keeper: keeperArgv, output }: ParkedRestoreOptions,
): Promise<ParkedRestore> => {
  const keeper = await host.start({ argv: keeperArgv });
  const failure = (exitCode: number | undefined, reason: string, stderr = ''): CommandFailed =>
    new CommandFailed({ host: host.name, argv, exitCode, stderr, reason });
  const milestones = followMilestones(keeper, wordsOf('parked-restore'), async () => {
    const last = await host.probe({ argv: ['tail', '-n', '5', '--', `${directory}/${output}`] });
    const { stderr } = await keeper.exit;
    return failure(undefined, 'failed', last.stdout || stderr);
  });
  await milestones.reached('parked');
  return {
    prepared: milestones.reached('prepared'),
    resume: async () => {
      keeper.write('resume\n');
      await milestones.reached('resumed');
    },
    resumeByHand: `echo resume >${directory}/verdict`,
    settle: async () => {
      const code = await milestones.exitCode;
      if (code !== 0) throw failure(code, 'resumed and then failed');
    },
    discard: async () => {
      keeper.write('discard\n');
      keeper.endInput();
      const { lost } = await keeper.exit;
      if (lost) throw failure(undefined, 'did not confirm its end');
    },
  };
};

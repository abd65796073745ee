import { CommandFailed } from '../../engine/model/errors.ts';
import type { Host, ParkedRestore } from '../../engine/ports.ts';
import { milestones } from '../milestones.ts';
import { scriptArgv } from '../script.ts';

/** Starts the script that becomes the restore, and waits until it is ready to. */
export const parkRestore = async (
  host: Host,
  directory: string,
  log: string,
  argv: readonly [string, ...string[]],
): Promise<ParkedRestore> => {
  const keeper = await host.start({ argv: scriptArgv('parked-restore', directory, log, ...argv) });
  const seen = milestones(keeper, ['parked', 'prepared', 'resumed'], async () => {
    const output = await host.probe({ argv: ['tail', '-n', '5', '--', `${directory}/restore.out`] });
    const { stderr } = await keeper.exit;
    return new CommandFailed({
      host: host.name,
      argv,
      exitCode: undefined,
      stderr: output.stdout || stderr,
      reason: 'failed',
    });
  });
  await seen.reached('parked');
  return {
    restore: async () => {
      keeper.write('restore\n');
      await seen.reached('prepared');
    },
    resume: async () => {
      keeper.write('resume\n');
      await seen.reached('resumed');
    },
    resumeByHand: `echo resume >${directory}/verdict`,
    settle: async () => {
      const code = await seen.exitCode;
      if (code !== 0) {
        throw new CommandFailed({
          host: host.name,
          argv,
          exitCode: code,
          stderr: '',
          reason: 'resumed and then failed',
        });
      }
    },
    discard: async () => {
      keeper.write('discard\n');
      keeper.endInput();
      const { lost } = await keeper.exit;
      if (lost)
        throw new CommandFailed({
          host: host.name,
          argv,
          exitCode: undefined,
          stderr: '',
          reason: 'did not confirm its end',
        });
    },
  };
};

import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { FinalDump, Host } from '../../engine/ports.ts';
import { milestones } from '../milestones.ts';
import { scriptArgv } from '../script.ts';

interface Dump {
  readonly directory: string;
  /** The container's first process. */
  readonly pid: number;
  readonly argv: readonly [string, ...string[]];
}

/** Starts the final dump under its keeper script, which holds the source until a verdict. */
export const startFinalDump = async (
  host: Host,
  { directory, pid, argv }: Dump,
  stats: () => Promise<DirtyStats>,
): Promise<FinalDump> => {
  const keeper = await host.start({ argv: scriptArgv('final-dump', directory, String(pid), ...argv) });
  const failed = (code: number | undefined, reason: string): CommandFailed =>
    new CommandFailed({ host: host.name, argv, exitCode: code, stderr: '', reason });
  const seen = milestones(keeper, ['frozen', 'held', 'killed'], async () => {
    const output = await host.probe({ argv: ['tail', '-n', '5', '--', `${directory}/final.out`] });
    return new CommandFailed({
      host: host.name,
      argv,
      exitCode: undefined,
      stderr: output.stdout,
      reason: 'failed',
    });
  });
  // The keeper takes silence for a lost controller and thaws.
  const beat = setInterval(() => keeper.write('beat\n'), 3000);
  void keeper.exit.then(() => clearInterval(beat));

  return {
    frozen: seen.reached('frozen'),
    held: seen.reached('held'),
    kill: async () => {
      keeper.write('kill\n');
      // Where the kernel cannot kill a whole cgroup, criu's own end is the proof.
      const dead = seen.exitCode.then((code) => {
        if (code !== 0) throw failed(code, 'did not confirm the end of the source');
      });
      dead.catch(() => {});
      await Promise.any([seen.reached('killed'), dead]).catch(() => dead);
    },
    stats: async () => {
      await seen.exitCode;
      return stats();
    },
    thaw: async () => {
      keeper.write('thaw\n');
      const code = await seen.exitCode;
      if (code === undefined || code === 0) throw failed(code, 'did not confirm that the source was thawed');
    },
  };
};

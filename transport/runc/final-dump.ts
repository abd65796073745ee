import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { FinalDump } from '../../engine/ports/source.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones, type Milestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

interface Dump {
  readonly directory: string;
  /** The container's first process. */
  readonly pid: number;
  readonly argv: readonly [string, ...string[]];
}

/** Starts the final dump under its keeper script, which keeps the source stopped until the verdict. */
export const startFinalDump = async (
  host: Host,
  { directory, pid, argv }: Dump,
  stats: () => Promise<DirtyStats>,
): Promise<FinalDump> => {
  const keeper = await host.start({
    argv: scriptArgv('final-dump', directory, pid, ...argv),
  });
  const dumpFailed = (exitCode: number | undefined, reason: string, stderr = ''): CommandFailed =>
    new CommandFailed({ host: host.name, argv, exitCode, stderr, reason });
  const keeperMilestones = followMilestones(keeper, wordsOf('final-dump'), async () => {
    const output = await host.probe({ argv: ['tail', '-n', '5', '--', `${directory}/final.out`] });
    const { stderr } = await keeper.exit;
    return dumpFailed(undefined, 'failed', output.stdout || stderr);
  });
  // Until the hand-over the keeper thaws the source when the controller is silent.
  const beat = setInterval(() => keeper.write('beat\n'), 3000);
  void keeper.exit.then(() => clearInterval(beat));

  return {
    frozen: keeperMilestones.reached('frozen'),
    held: keeperMilestones.reached('held'),
    resumed: keeperMilestones.reached('resumed'),
    handOver: async () => {
      keeper.write('hand-over\n');
      const verdict = await verdictOf(keeperMilestones);
      if (verdict === undefined)
        throw dumpFailed(
          await keeperMilestones.exitCode,
          'did not say whether the source was killed or thawed',
        );
      return verdict;
    },
    stats: async () => {
      keeper.write('settled\n');
      await keeperMilestones.exitCode;
      return stats();
    },
    thaw: async () => {
      keeper.write('thaw\n');
      if ((await verdictOf(keeperMilestones)) !== 'thawed')
        throw dumpFailed(await keeperMilestones.exitCode, 'did not confirm that the source was thawed');
    },
  };
};

/** Returns undefined when the keeper ends without a verdict. */
const verdictOf = (
  keeperMilestones: Milestones<'frozen' | 'held' | 'killed' | 'thawed' | 'resumed'>,
): Promise<'dead' | 'thawed' | undefined> =>
  Promise.any([
    keeperMilestones.reached('killed').then(() => 'dead' as const),
    keeperMilestones.reached('thawed').then(() => 'thawed' as const),
  ]).catch(() => undefined);

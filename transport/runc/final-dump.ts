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

/** Starts the final dump under its keeper script, which holds the source until it knows which side goes on. */
export const startFinalDump = async (
  host: Host,
  { directory, pid, argv }: Dump,
  stats: () => Promise<DirtyStats>,
): Promise<FinalDump> => {
  const keeper = await host.start({
    argv: scriptArgv('final-dump', directory, pid, ...argv),
  });
  const failed = (exitCode: number | undefined, reason: string, stderr = ''): CommandFailed =>
    new CommandFailed({ host: host.name, argv, exitCode, stderr, reason });
  const seen = followMilestones(keeper, wordsOf('final-dump'), async () => {
    const output = await host.probe({ argv: ['tail', '-n', '5', '--', `${directory}/final.out`] });
    const { stderr } = await keeper.exit;
    return failed(undefined, 'failed', output.stdout || stderr);
  });
  // Until the hand-over the keeper takes silence for a lost controller and thaws.
  const beat = setInterval(() => keeper.write('beat\n'), 3000);
  void keeper.exit.then(() => clearInterval(beat));

  return {
    frozen: seen.reached('frozen'),
    held: seen.reached('held'),
    resumed: seen.reached('resumed'),
    handOver: async () => {
      keeper.write('hand-over\n');
      const verdict = await verdictOf(seen);
      if (verdict === undefined) throw failed(await seen.exitCode, 'did not tell what became of the source');
      return verdict;
    },
    stats: async () => {
      keeper.write('settled\n');
      await seen.exitCode;
      return stats();
    },
    thaw: async () => {
      keeper.write('thaw\n');
      if ((await verdictOf(seen)) !== 'thawed')
        throw failed(await seen.exitCode, 'did not confirm that the source was thawed');
    },
  };
};

/** `undefined` when the keeper ends without a word about it. */
const verdictOf = (
  seen: Milestones<'frozen' | 'held' | 'killed' | 'thawed' | 'resumed'>,
): Promise<'dead' | 'thawed' | undefined> =>
  Promise.any([
    seen.reached('killed').then(() => 'dead' as const),
    seen.reached('thawed').then(() => 'thawed' as const),
  ]).catch(() => undefined);

import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

/** Held on the source for as long as we stand behind a migration, and no longer, however we end. */
export interface MigrationLock {
  release(): Promise<void>;
}

/** The script's exit code when somebody else holds it. */
const TAKEN = 17;
/** Milliseconds; the script gives up on us after a minute of silence. */
const BEAT = 10_000;

/** `cgroup`: the container's, which no two migrations may work on. */
export const holdLock = async (
  host: Host,
  { container, sourceDirectory }: Plan,
  cgroup: string | undefined,
): Promise<MigrationLock> => {
  const argv = scriptArgv('hold-lock', sourceDirectory, cgroup ?? '');
  const holder = await host.start({ argv });
  const seen = followMilestones(holder, ['held'], async () => {
    const { exitCode, stderr } = await holder.exit;
    return exitCode === TAKEN
      ? new InvalidInput(
          `another migration of ${container.id} is under way on ${host.name}, or a profile of it, with another --images-dir`,
        )
      : new CommandFailed({ host: host.name, argv: ['hold-lock.sh'], exitCode, stderr });
  });
  await seen.reached('held');
  const beat = setInterval(() => holder.write('beat\n'), BEAT);
  void holder.exit.then(() => clearInterval(beat));
  return {
    release: async () => {
      clearInterval(beat);
      holder.endInput();
      await holder.exit;
    },
  };
};

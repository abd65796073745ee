import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Host } from '../../engine/ports/host.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

/** A lock on the source that ends with the controller, however the controller ends. */
export interface MigrationLock {
  /** Throws when the lock is lost, for then another migration may work on the container. */
  assertHeld(): void;
  release(): Promise<void>;
}

/** The script's exit code when another process holds the lock. */
const EXIT_LOCKED = 17;
/** Milliseconds. The script releases the lock after 60 s without a line from the controller. */
const BEAT_INTERVAL = 10_000;

/** `cgroup`: the directory of the container's cgroup, which only one migration at a time may lock. */
export const holdLock = async (
  host: Host,
  { container, sourceDirectory }: Plan,
  cgroup: string | undefined,
): Promise<MigrationLock> => {
  const argv = scriptArgv('hold-lock', sourceDirectory, cgroup ?? '');
  const holder = await host.start({ argv });
  const milestones = followMilestones(holder, wordsOf('hold-lock'), async () => {
    const { exitCode, stderr } = await holder.exit;
    return exitCode === EXIT_LOCKED
      ? new InvalidInput(
          `another migration of ${container.id} is under way on ${host.name}, or a profile of it, with another --images-dir`,
        )
      : new CommandFailed({ host: host.name, argv: ['hold-lock.sh'], exitCode, stderr });
  });
  await milestones.reached('held');
  const beat = setInterval(() => holder.write('beat\n'), BEAT_INTERVAL);
  let lost: CommandFailed | undefined;
  void holder.exit.then(({ exitCode, stderr }) => {
    clearInterval(beat);
    const reason = 'ended before the migration did: another migration may work on the container now';
    lost = new CommandFailed({ host: host.name, argv: ['hold-lock.sh'], exitCode, stderr, reason });
  });
  return {
    assertHeld: () => {
      if (lost !== undefined) throw lost;
    },
    release: async () => {
      clearInterval(beat);
      holder.endInput();
      await holder.exit;
    },
  };
};

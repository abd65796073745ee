import { CommandFailed, HostUnreachable, InvalidInput } from '../../engine/model/errors.ts';
import type { ContainerFacts } from '../../engine/model/facts.ts';
import type { DirtyWindow } from '../../engine/model/profile.ts';
import { type Millis, millis, type Pages, pages } from '../../engine/model/units.ts';
import type { CommandExit, Host, RunningCommand } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { EXIT_OTHER_MIGRATION, EXIT_PROFILE, profileInProgress } from '../keeper/migration-directory.ts';
import { otherMigrationText } from '../keeper/other-migration.ts';
import { countPages } from './count-pages.ts';

export interface WatchedMemory {
  readonly privatePages: Pages;
  readonly windows: readonly DirtyWindow[];
}

export interface WatchOptions {
  /** The directory of a migration of this container. While the profile has it, no migration can begin. */
  readonly directory: string;
  readonly windows: readonly Millis[];
  readonly onLook: (look: DirtyWindow) => void;
  readonly signal: AbortSignal;
}

/**
 * Watches the memory of a running container on its host, without stopping the container. Rejects with
 * `InvalidInput` when the memory cannot be watched, and with the reason of the signal. Leaves nothing on the
 * host.
 */
export const watchMemory = async (
  host: Host,
  { id, pid, begun, cgroupPath }: ContainerFacts,
  { directory, windows, onLook, signal }: WatchOptions,
): Promise<WatchedMemory> => {
  signal.throwIfAborted();
  const milliseconds = windows.map(Math.round);
  const argv = scriptArgv('dirty-profile', directory, pid, begun.startTime, cgroupPath, ...milliseconds);
  const watching = await host.start({ argv });
  const stop = (): void => watching.endInput();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    const watched = await readLooks(watching, host, onLook);
    const exit = await watching.exit;
    signal.throwIfAborted();
    if (exit.exitCode !== 0 || watched === undefined) throw failure(host, id, exit);
    return watched;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await watching.exit;
  }
};

/** Returns undefined when the script ended before the last look. */
const readLooks = async (
  { lines }: RunningCommand,
  host: Host,
  onLook: WatchOptions['onLook'],
): Promise<WatchedMemory | undefined> => {
  const looks: DirtyWindow[] = [];
  let privatePages = pages(0);
  let cleared = 0;
  let entries: string[] = [];
  for await (const line of lines) {
    if (line === 'all looked') return { privatePages, windows: looks };
    if (!line.includes(' ')) {
      entries.push(line);
      continue;
    }
    const [event, at] = parseEvent(host, line);
    if (event === 'clear') {
      cleared = at;
      continue;
    }
    const { present, dirty } = await countPages(entries).catch((cause: unknown) => {
      throw new InvalidInput(`${host.name} sent page table entries that cannot be read`, { cause });
    });
    entries = [];
    privatePages = present;
    const look = { window: millis(at - cleared), dirty };
    looks.push(look);
    onLook(look);
  }
  return undefined;
};

/** Returns an event and its time in ms. The time of an event is the middle between its begin and its end. */
const parseEvent = (host: Host, line: string): readonly [string, number] => {
  const [, event, begin, end] = /^(clear|looked) (\d+) (\d+)$/.exec(line) ?? [];
  if (event === undefined)
    throw new InvalidInput(
      `dirty-profile.sh on ${host.name} printed an unknown line: ${JSON.stringify(line.slice(0, 80))}`,
    );
  return [event, (Number(begin) + Number(end)) / 2];
};

const failure = (host: Host, id: string, { exitCode, stderr, lost }: CommandExit): Error => {
  if (lost) return new HostUnreachable(host.name, 'the connection was lost while a profile was taken');
  switch (exitCode) {
    case EXIT_OTHER_MIGRATION:
      return new InvalidInput(
        `${otherMigrationText(id, host.name, stderr)}: a profile now would make that migration lose pages`,
      );
    case EXIT_PROFILE:
      return profileInProgress(host, id, stderr);
    case 19:
      return new InvalidInput(
        `the kernel of ${host.name} does not track dirty pages, or not for this user: a profile needs CONFIG_MEM_SOFT_DIRTY and root`,
      );
    case 20:
      return new InvalidInput(`${id} on ${host.name} ended while it was watched`);
    case 21:
      return new InvalidInput(
        `a process of ${id} on ${host.name} is frozen or traced, by a migration or a debugger`,
      );
    case 22:
      return new InvalidInput(`only root may watch the pages of ${id} on ${host.name}`);
    default:
      return new CommandFailed({ host: host.name, argv: ['bash', 'dirty-profile.sh'], exitCode, stderr });
  }
};

import { CommandFailed, HostUnreachable, InvalidInput } from '../../engine/model/errors.ts';
import type { ContainerFacts } from '../../engine/model/facts.ts';
import type { DirtyWindow } from '../../engine/model/profile.ts';
import { type Millis, millis, type Pages, pages } from '../../engine/model/units.ts';
import type { CommandExit, Host, RunningCommand } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { EXIT_OTHER_MIGRATION, EXIT_PROFILE, profileInProgress } from '../keeper/migration-directory.ts';
import { otherMigrationText } from '../keeper/other-migration.ts';
import { countPages } from './count-pages.ts';

export interface Watched {
  readonly privatePages: Pages;
  readonly windows: readonly DirtyWindow[];
}

export interface WatchOptions {
  /** That of a migration: whoever has it keeps others away. */
  readonly directory: string;
  readonly windows: readonly Millis[];
  readonly onLook: (seen: DirtyWindow) => void;
  readonly signal: AbortSignal;
}

/**
 * Watches a running container's memory on its host, without stopping it. Rejects with `InvalidInput` where that cannot be, and
 * with the signal's reason. Whatever happens, the host holds nothing of it afterwards.
 */
export const watchMemory = async (
  host: Host,
  { id, pid, begun, cgroupPath }: ContainerFacts,
  { directory, windows, onLook, signal }: WatchOptions,
): Promise<Watched> => {
  signal.throwIfAborted();
  const asked = windows.map((window) => String(Math.round(window)));
  const argv = scriptArgv('dirty-profile', directory, String(pid), begun.startTime, cgroupPath, ...asked);
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

/** Nothing where it ended before it had looked as often as it was asked to. */
const readLooks = async (
  { lines }: RunningCommand,
  host: Host,
  onLook: WatchOptions['onLook'],
): Promise<Watched | undefined> => {
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
    const [what, at] = stamped(host, line);
    if (what === 'clear') {
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

/** What took from one moment to another counts as of the middle. */
const stamped = (host: Host, line: string): readonly [string, number] => {
  const [, what, begin, end] = /^(clear|looked) (\d+) (\d+)$/.exec(line) ?? [];
  if (what === undefined)
    throw new InvalidInput(`${host.name} answered ${JSON.stringify(line.slice(0, 80))}`);
  return [what, (Number(begin) + Number(end)) / 2];
};

const failure = (host: Host, id: string, { exitCode, stderr, lost }: CommandExit): Error => {
  if (lost) return new HostUnreachable(host.name, 'the connection was lost while a profile was taken');
  switch (exitCode) {
    case EXIT_OTHER_MIGRATION:
      return new InvalidInput(
        `${otherMigrationText(id, host.name, stderr)}: a profile now would make it lose pages`,
      );
    case EXIT_PROFILE:
      return profileInProgress(host, id, stderr);
    case 19:
      return new InvalidInput(
        `the kernel of ${host.name} does not track dirty pages, or not for us: it needs CONFIG_MEM_SOFT_DIRTY, and root`,
      );
    case 20:
      return new InvalidInput(`${id} on ${host.name} ended while it was watched`);
    case 21:
      return new InvalidInput(
        `a process of ${id} on ${host.name} is frozen or traced: by a migration, or by a debugger`,
      );
    case 22:
      return new InvalidInput(`the pages of ${id} on ${host.name} may be looked at by root only`);
    default:
      return new CommandFailed({ host: host.name, argv: ['bash', 'dirty-profile.sh'], exitCode, stderr });
  }
};

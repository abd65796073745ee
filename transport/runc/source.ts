import { decodeStats } from '../../criu-proto/index.ts';
import type { DirtyStats } from '../../engine/model/dirty-stats.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { microsToMillis, pages } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { ImageSet } from '../../engine/ports/pages.ts';
import type { Source } from '../../engine/ports/source.ts';
import { scriptArgv, scriptText } from '../door/script.ts';
import { readHostFacts } from '../facts/host-facts.ts';
import type { ProvenHolds } from '../facts/proven-holds.ts';
import { newestErrors } from '../keeper/criu-log.ts';
import { workOf } from '../keeper/directories.ts';
import { makeDirectory, writeFiles } from '../keeper/migration-directory.ts';
import { holdLock, type MigrationLock } from '../keeper/migration-lock.ts';
import { tlsConfigLines } from '../pages/tls.ts';
import { checkpointArgv, criuConfig, keepsTcp } from './checkpoint.ts';
import { readContainerFacts } from './container-facts.ts';
import { startFinalDump } from './final-dump.ts';
import { departureMarker } from './marker.ts';
import { sampleMemory } from './sample-memory.ts';
import { readSourceAfterCrash } from './source-after-crash.ts';
import { readState } from './state.ts';

export interface RuncOptions {
  /** runc's `--root`. */
  readonly runcRoot: string;
  /** The directory for the images of migrations. */
  readonly imagesDirectory: string;
  /** The holds that were proven on the hosts before. */
  readonly proven: ProvenHolds;
}

export interface RuncSourceOptions extends RuncOptions {
  /** The controller as machine and process, for messages to other controllers. */
  readonly owner: string;
}

/** The source of a plain runc container. */
export const runcSource = (host: Host, { runcRoot, ...options }: RuncSourceOptions): Source => ({
  ...sourceByRunc(host, { ...options, runcRootOf: () => runcRoot }),
  container: (name, signal) => readContainerFacts(host, runcRoot, name, signal),
});

type ByRuncOptions = Omit<RuncSourceOptions, 'runcRoot'> & { readonly runcRootOf: (plan: Plan) => string };

/** The steps that runc does on the source, with and without Docker above it. */
export const sourceByRunc = (
  host: Host,
  { runcRootOf, imagesDirectory, proven, owner }: ByRuncOptions,
): Omit<Source, 'container'> => {
  let lock: MigrationLock | undefined;
  let skipInFlightFlag = false;
  return {
    host: (signal) =>
      readHostFacts(host, { runtime: 'runc', role: 'source', imagesDirectory, proven }, signal),
    sampleMemory: (plan) => sampleMemory(host, plan),
    prepare: async (plan) => {
      lock = await prepare(host, plan, owner);
      skipInFlightFlag = await hasSkipInFlightFlag(host);
    },

    preDump: async (plan, round, endpoint) => {
      lock?.assertHeld();
      const directory = plan.sourceDirectory;
      const parent = round === 0 ? undefined : round - 1;
      const images = { directory, images: round, parent, endpoint, skipInFlightFlag } as const;
      try {
        const argv = checkpointArgv({ runcRoot: runcRootOf(plan), ...containerOf(plan), ...images });
        await host.run({ argv: withRoundConfig(plan, argv) });
      } catch (cause) {
        // A criu that fails thaws the tasks itself. A killed criu leaves them in a frozen cgroup.
        const cgroup = cgroupOf(plan);
        if (cgroup !== undefined)
          await host.probe({ argv: ['sh', '-c', THAW_CGROUP, 'sh', cgroup] }).catch(() => {});
        throw cause;
      }
      return readDirtyStats(host, plan, round);
    },

    finalDump: async (plan, parent, endpoint) => {
      lock?.assertHeld();
      const directory = plan.sourceDirectory;
      const images = { directory, images: 'final', parent, endpoint, skipInFlightFlag } as const;
      const argv = checkpointArgv({ runcRoot: runcRootOf(plan), ...containerOf(plan), ...images });
      return startFinalDump(host, { directory, pid: plan.container.pid, argv }, () =>
        readDirtyStats(host, plan, 'final'),
      );
    },

    abandonPages: async ({ address, port }) => {
      await host.run({ argv: ['ss', '-HK', 'dst', address, 'dport', '=', String(port)] });
    },

    endDump: async (plan) => {
      await host.run({ argv: scriptArgv('end-dump', plan.container.pid) });
    },

    standing: (plan) => readSourceAfterCrash(host, runcRootOf(plan), plan),
    isAlive: async (plan) => {
      const state = await readState(host, runcRootOf(plan), plan.container.id);
      return state !== undefined && state.pid === plan.container.pid && state.status !== 'stopped';
    },

    lastErrors: (plan) => newestErrors(host, workOf(plan.sourceDirectory, 'final').replace(/\/final$/, '')),
    release: async (plan, moved) => {
      try {
        await release(host, plan, moved);
      } finally {
        await lock?.release();
        lock = undefined;
      }
    },
  };
};

const hasSkipInFlightFlag = async (host: Host): Promise<boolean> => {
  const { stdout } = await host.probe({ argv: ['runc', 'checkpoint', '--help'] });
  return stdout.includes('--tcp-skip-in-flight');
};

const roundConfigOf = ({ sourceDirectory }: Plan): string => `${sourceDirectory}/round.conf`;

/** runc has no flags for criu's options of the page channel, so rounds use a configuration file. */
const withRoundConfig = (plan: Plan, argv: readonly [string, ...string[]]): readonly [string, ...string[]] =>
  plan.pages.channel === 'tls' ? ['env', `CRIU_CONFIG_FILE=${roundConfigOf(plan)}`, ...argv] : argv;

const containerOf = (plan: Plan): { id: string; systemdCgroup: boolean; keepTcp: boolean } => ({
  id: plan.container.id,
  systemdCgroup: plan.container.docker?.engine.cgroupDriver === 'systemd',
  keepTcp: keepsTcp(plan),
});

/** Returns undefined for the root cgroup, which has all processes of the host. */
const cgroupOf = ({ container: { cgroupPath } }: Plan): string | undefined =>
  cgroupPath === '' || cgroupPath === '/' ? undefined : `/sys/fs/cgroup${cgroupPath}`;

const THAW_CGROUP = '[ ! -e "$1/cgroup.freeze" ] || echo 0 >"$1/cgroup.freeze"';

/** Rejects when the directory exists already: another migration of the container is under way. */
const prepare = async (host: Host, plan: Plan, owner: string): Promise<MigrationLock> => {
  const directory = plan.sourceDirectory;
  const { migration } = plan;
  await makeDirectory(host, plan, scriptArgv('make-source-directory', directory, migration, owner));
  const path = cgroupOf(plan);
  let lock: MigrationLock | undefined;
  try {
    lock = await holdLock(host, plan, path);
    await writeHoldFiles(host, plan, path);
    return lock;
  } catch (cause) {
    await lock?.release();
    await host.probe({ argv: scriptArgv('remove-directory', directory, migration) });
    throw cause;
  }
};

const writeHoldFiles = async (host: Host, plan: Plan, path: string | undefined): Promise<void> => {
  const directory = plan.sourceDirectory;
  const script = `${directory}/source-hold.sh`;
  const tls = tlsConfigLines(plan, directory);
  const network = await networkLines(host, plan);
  const cgroup = path === undefined ? '' : `${plan.container.pid}\n${path}\n`;
  await writeFiles(host, { directory, migration: plan.migration }, [
    { name: 'source-hold.sh', content: scriptText('source-hold'), mode: 0o700 },
    { name: 'cgroup', content: cgroup, mode: 0o600 },
    ...(tls.length === 0 ? [] : [{ name: 'round.conf', content: `${tls.join('\n')}\n`, mode: 0o600 }]),
    { name: 'final.conf', content: criuConfig(plan, script, [...tls, ...network]), mode: 0o600 },
  ]);
};

/**
 * Returns the option that makes criu leave the network namespace out, when the destination provides one. The
 * key is runc's name for such a namespace at the restore (libcontainer/criu_linux.go, criuNsToKey).
 */
const networkLines = async (host: Host, { container, docker }: Plan): Promise<readonly string[]> => {
  if (docker === undefined || docker.attach === 'restore') return [];
  const link = `/proc/${container.pid}/ns/net`;
  const { stdout } = await host.run({ argv: ['readlink', '--', link] });
  const [, inode] = /^net:\[(\d+)\]$/.exec(stdout.trim()) ?? [];
  if (inode === undefined)
    throw new InvalidInput(`${link} on ${host.name} is not a network namespace: ${stdout.trim()}`);
  return [`external net[${inode}]:extRootNetNS`];
};

const readDirtyStats = async (host: Host, plan: Plan, images: ImageSet): Promise<DirtyStats> => {
  // Each round has its own work directory, so the statistics cannot be those of an earlier round.
  const file = `${workOf(plan.sourceDirectory, images)}/stats-dump`;
  const { dump } = decodeStats(file, await host.readFile(file));
  if (dump === undefined) throw new InvalidInput(`${file} on ${host.name} has no statistics of a dump`);
  return {
    pagesWritten: pages(dump.pagesWritten),
    pagesSkippedParent: pages(dump.pagesSkippedParent),
    sharedPagesWritten: pages(dump.shpagesWritten),
    freezing: microsToMillis(dump.freezingTime),
    frozen: microsToMillis(dump.frozenTime),
    memoryDump: microsToMillis(dump.memdumpTime),
    memoryWrite: microsToMillis(dump.memwriteTime),
  };
};

// The mount is gone after a reboot or an earlier release.
const UNMOUNT = '! mountpoint -q -- "$1" || umount -- "$1"';

const release = async (host: Host, plan: Plan, moved: boolean): Promise<void> => {
  if (moved) {
    const { bundle } = plan.container;
    // A reboot or the owner may have removed the bundle. Then no marker is needed.
    const { exitCode } = await host.probe({ argv: ['test', '-d', bundle] });
    if (exitCode === 0)
      await host.writeFile(`${bundle}/${departureMarker.name}`, departureMarker.text(plan), 0o600);
    // A migration back would write to the layers below, which is not allowed while the overlay is mounted.
    if (plan.rootfs.kind === 'overlay')
      await host.run({ argv: ['sh', '-c', UNMOUNT, 'sh', plan.rootfs.path] });
  }
  await host.run({ argv: scriptArgv('remove-directory', plan.sourceDirectory, plan.migration) });
};

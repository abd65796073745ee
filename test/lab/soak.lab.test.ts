import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lostWrites, startRedisWriter } from '../../bench/client/redis-writer.ts';
import { listContainers } from '../../bench/containers/list-containers.ts';
import { removeContainer } from '../../bench/containers/run-container.ts';
import { openLab } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, docker, dockerTraces, setUpDocker, startDockerRedis } from './docker.ts';
import { betweenInTheClear, openHosts, sh } from './hosts.ts';
import { migrate } from './precopy.ts';
import { providedLab } from './provided.ts';
import { redisCli, startRedis } from './redis.ts';
import { traces } from './traces.ts';

const id = 'soak';
const KEYS = 60_000;
const WRITES_PER_SECOND = 200;
/** `npm run test:soak` asks for more, and of both runtimes. */
const asked = process.env['PRECOPY_SOAK'];
const TRIPS = Number(asked ?? 5);
/** Once there and once back everything is in place that stays: caches, the container's files on both hosts. */
const SETTLED = TRIPS % 2 === 0 ? 2 : 3;

/** What a host uses, and could use more and more of. */
interface Usage {
  readonly memory: number;
  readonly disk: number;
  readonly descriptors: number;
}

const measure = [
  // What the page cache holds is no use of memory that could run out.
  'sync; echo 3 >/proc/sys/vm/drop_caches',
  'sed -n "s/^MemAvailable: *\\([0-9]*\\) kB/\\1/p" /proc/meminfo',
  'df -kP / | awk "NR == 2 { print \\$3 }"; df -kP /run | awk "NR == 2 { print \\$3 }"',
  'cut -f1 /proc/sys/fs/file-nr',
].join('; ');

const usageOf = async (host: Host): Promise<Usage> => {
  const [available = 0, root = 0, run = 0, descriptors = 0] = (await sh(host, measure))
    .split('\n')
    .map(Number);
  return { memory: -available, disk: root + run, descriptors };
};

interface Runtime {
  readonly name: string;
  /** What its migrations are asked for besides. */
  readonly options: readonly string[];
  start(host: Host): Promise<void>;
  /** All containers it knows of there. */
  containers(host: Host): Promise<string>;
  traces(host: Host): Promise<readonly string[]>;
  clear(host: Host): Promise<void>;
}

const runc: Runtime = {
  name: 'runc',
  options: [],
  start: (host) => startRedis(host, id, KEYS),
  containers: async (host) => (await listContainers(host)).join('\n'),
  traces,
  clear: (host) => removeContainer(host, id),
};

const inDocker: Runtime = {
  name: 'Docker',
  // What has moved away stays, renamed, unless told otherwise.
  options: ['--remove-source'],
  start: (host) => startDockerRedis(host, id, KEYS, ['-p', '6379:6379']),
  containers: (host) => docker(host, 'ps', '-aq'),
  // Each trip makes the container anew, under another number; overlay2 has a second, short name for each layer.
  traces: async (host) =>
    [...(await traces(host)), ...(await dockerTraces(host))]
      .map((line) => line.replaceAll(/[0-9a-f]{12,64}|(?<=\/l\/)[A-Z0-9]{26}/g, 'ID'))
      .sort(),
  clear: clearDocker,
};

describe.each(asked === undefined ? [runc] : [runc, inDocker])(
  'a container of $name that goes there and back, under writes',
  (runtime) => {
    const hosts = openHosts();
    const clear = async (): Promise<void> => {
      await Promise.all([runtime.clear(hosts.a), runtime.clear(hosts.b)]);
    };

    beforeAll(async () => {
      if (runtime === inDocker) await Promise.all([setUpDocker('a'), setUpDocker('b')]);
      await clear();
      await runtime.start(hosts.a);
    });
    afterAll(async () => {
      await clear();
      await Promise.all([hosts.a.close(), hosts.b.close()]);
    });

    it(`arrives ${TRIPS} times with all its memory, and nothing piles up on either host`, async () => {
      const lab = await openLab(providedLab().name);
      const ports = await Promise.all([lab.publish('a', 6379), lab.publish('b', 6379)]);
      const writer = startRedisWriter(ports, WRITES_PER_SECOND);
      try {
        await expect.poll(() => writer.acknowledged(), { timeout: 30_000 }).toBeGreaterThan(100);
        const both = <T>(look: (host: Host) => Promise<T>): Promise<[T, T]> =>
          Promise.all([look(hosts.a), look(hosts.b)]);
        let settled: readonly (readonly [readonly string[], Usage])[] = [];
        const look = async (host: Host): Promise<readonly [readonly string[], Usage]> => [
          await runtime.traces(host),
          await usageOf(host),
        ];
        for (let trip = 1; trip <= TRIPS; trip += 1) {
          const [from, to] = trip % 2 === 1 ? (['a', 'b'] as const) : (['b', 'a'] as const);
          const { exitCode, report, stderr } = await migrate(
            id,
            ...betweenInTheClear(from, to),
            '--max-rounds',
            '3',
            ...runtime.options,
          );
          expect({ trip, exitCode, stderr }).toMatchObject({ exitCode: 0 });
          expect(report).toMatchObject({ version: 1, outcome: 'migrated', from, to });
          expect(report.rounds[0]?.sent ?? 0).toBeGreaterThan(50e6);
          expect(Number(await redisCli(hosts[to], 'dbsize'))).toBeGreaterThan(KEYS);
          expect(await runtime.containers(hosts[from])).toBe('');
          if (trip === SETTLED) settled = await both(look);
        }
        const { acknowledgements } = await writer.stop();
        expect(acknowledgements.length).toBeGreaterThan(TRIPS * 100);
        expect(await lostWrites(ports[TRIPS % 2] ?? 0, acknowledgements)).toEqual([]);
        expect(await controllerFiles()).toEqual([]);
        const after = await both(look);
        expect(after.map(([traced]) => traced)).toEqual(settled.map(([traced]) => traced));
        const grown = after.map(([, usage], each) =>
          grownFrom(settled[each]?.[1], usage, acknowledgements.length),
        );
        expect(grown).toEqual([[], []]);
      } finally {
        await writer.stop();
      }
    }, 7_200_000);
  },
);

/**
 * How much more a host may use at the end, in KiB and descriptors: what redis needs for each write, and what the host's own
 * services do meanwhile; not what a migration would leave each time.
 */
const grownFrom = (before: Usage | undefined, after: Usage, writes: number): readonly string[] => {
  if (before === undefined) return ['not measured'];
  const allowed: Usage = { memory: 24_000 + writes * 0.4, disk: 8000, descriptors: 100 };
  const keys = ['memory', 'disk', 'descriptors'] as const;
  return keys.flatMap((key) =>
    after[key] - before[key] > allowed[key] ? [`${key}: ${before[key]} to ${after[key]}`] : [],
  );
};

/** On the controller: journals are to stay, locks and whatever else are not. */
const controllerFiles = async (): Promise<readonly string[]> => {
  const files = await readdir(join(providedLab().stateHome, 'precopy/journal'));
  return files.filter((name) => !name.endsWith('.jsonl'));
};

// Downtime of redis in Docker, with a restore that is parked before the freeze against a `docker start` after the dump.
//   node dist/bench/docker-start/compare.js RUNS FILE        (hosts: a lab of its own; results as JSON in FILE)
import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultDockerRequest } from '../../engine/core/default-docker-request.ts';
import { defaultPageRequest } from '../../engine/core/default-page-request.ts';
import { defaultPolicy } from '../../engine/core/default-policy.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { migrate } from '../../engine/run/migrate.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { dockerDestination } from '../../transport/docker/destination.ts';
import { readHostDaemon } from '../../transport/docker/host-daemon.ts';
import { setUpHost, setupOf } from '../../transport/docker/host-setup.ts';
import { dockerSource } from '../../transport/docker/source.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { longestGap, lostWrites, startRedisWriter } from '../client/redis-writer.ts';
import { type Lab, startLab } from '../lab/index.ts';
import { lateStart } from './late-start.ts';

type Way = 'parked' | 'late';

interface Measured {
  readonly way: Way;
  /** Longest time without an acknowledgement, as the client saw it, in ms. */
  readonly gap: number;
  /** The engine's own figure, in ms. */
  readonly downtime: number;
  readonly restore: number;
  readonly lost: number;
}

const clear =
  '{ docker rm -fv $(docker ps -aq); docker network rm shop; docker network create --subnet 172.30.0.0/24 shop; } >/dev/null 2>&1; true';

const server = [
  ...[
    'docker',
    'run',
    '-d',
    '--name',
    'redis',
    '--network',
    'shop',
    '--ip',
    '172.30.0.10',
    '-p',
    '6380:6379',
  ],
  ...['precopy-lab', 'redis-server', '--save', '', '--protected-mode', 'no', '--enable-debug-command', 'yes'],
] as const;

const portsOf = (way: Way, a: Host, b: Host): MigrationPorts => {
  // Whether holds work is not what is compared.
  const proven = { has: async () => true, add: async () => {} };
  const docker = { imagesDirectory: '/run/precopy', proven };
  const destination = dockerDestination(b, { ...docker, source: a });
  return {
    source: dockerSource(a, { ...docker, owner: 'bench' }),
    destination: way === 'late' ? lateStart(destination) : destination,
    link: sshLink({ source: a, destination: b, sshPort: 22 }),
    clock: {
      now: () => millis(performance.now()),
      sleep: (duration, signal) =>
        sleep(duration, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
    },
    patience: { stall: millis(60_000) },
  };
};

const measure = async (lab: Lab, clientPorts: readonly number[], way: Way): Promise<Measured> => {
  const ssh = { configFile: lab.sshConfig };
  const [a, b] = [remoteHost('a', ssh), remoteHost('b', ssh)];
  try {
    await Promise.all([a, b].map((host) => host.run({ argv: ['sh', '-c', clear] })));
    await a.run({ argv: server });
    const populate = [
      'docker',
      'exec',
      'redis',
      'redis-cli',
      'debug',
      'populate',
      '100000',
      'key',
      '1000',
    ] as const;
    await a.run({ argv: populate });
    const writer = startRedisWriter(clientPorts, 200);
    while (writer.acknowledged() < 200) await sleep(100);
    const ports = portsOf(way, a, b);
    const policy = { ...defaultPolicy, maxRounds: 4 };
    const request = {
      container: 'redis',
      from: 'a',
      to: 'b',
      policy,
      pages: defaultPageRequest,
      docker: defaultDockerRequest,
    };
    const asked = { migration: `${way}-${Date.now()}`, request, address: lab.hosts.b.address };
    const plan = await preflight(ports, asked);
    const signal = new AbortController().signal;
    const report = await migrate(plan, ports, { sink: () => {}, signal });
    if (report.measured === undefined) throw new Error(`${way}: ${JSON.stringify(report)}`);
    const settled = writer.acknowledged();
    while (writer.acknowledged() < settled + 100) await sleep(100);
    const { acknowledgements } = await writer.stop();
    const lost = await lostWrites(clientPorts[1] ?? 0, acknowledgements);
    const { total: downtime, restore } = report.measured;
    return { way, gap: longestGap(acknowledgements), downtime, restore, lost: lost.length };
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const summary = (all: readonly Measured[]): string => {
  const of = (way: Way, what: 'gap' | 'downtime' | 'restore'): number =>
    median(all.filter((each) => each.way === way).map((each) => each[what]));
  const line = (what: 'gap' | 'downtime' | 'restore'): string => {
    const [parked, late] = [of('parked', what), of('late', what)];
    return `${what}: parked ${Math.round(parked)} ms, late ${Math.round(late)} ms, ratio ${(parked / late).toFixed(2)}`;
  };
  return [line('gap'), line('downtime'), line('restore')].join('\n');
};

const [runs = '3', file = 'compare.json'] = process.argv.slice(2);
const lab = await startLab({ owned: true, onProgress: (line) => process.stderr.write(`${line}\n`) });
const all: Measured[] = [];
try {
  const host = remoteHost('b', { configFile: lab.sshConfig });
  const change = setupOf(await readHostDaemon(host));
  if (change !== undefined) await setUpHost(host, change);
  await host.close();
  const clientPorts = [await lab.publish('a', 6380), await lab.publish('b', 6380)];
  // The first of each is slower than any later one, while the hosts' code is being translated; it does not count.
  for (let run = 0; run <= Number(runs); run += 1) {
    for (const way of ['parked', 'late'] as const) {
      const measured = await measure(lab, clientPorts, way);
      process.stderr.write(`${run === 0 ? 'warm-up' : `run ${run}`} ${JSON.stringify(measured)}\n`);
      if (run > 0) all.push(measured);
    }
  }
} finally {
  await lab.down();
}
await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`);
process.stdout.write(`${summary(all)}\n`);

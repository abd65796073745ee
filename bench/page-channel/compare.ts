// How fast a round of 100 MB goes over ssh, with either cipher, and plain.
//   node dist/bench/page-channel/compare.js RUNS FILE [LAB]      (results as JSON in FILE; without LAB in one of its own)
import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultDockerRequest } from '../../engine/core/default-docker-request.ts';
import { defaultPageRequest } from '../../engine/core/default-page-request.ts';
import { defaultPolicy } from '../../engine/core/default-policy.ts';
import { measureRound } from '../../engine/core/round.ts';
import type { PagePlan } from '../../engine/model/pages.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis, pages, pagesToBytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { runcDestination } from '../../transport/runc/destination.ts';
import { runcSource } from '../../transport/runc/source.ts';
import { removeContainer, runContainer } from '../containers/run-container.ts';
import { dirtier } from '../containers/workloads.ts';
import { openLab, startLab } from '../lab/index.ts';

const CONTAINER = 'channel';
const MEBIBYTES = 96;

const ways = {
  aes: { channel: 'ssh', cipher: 'aes128-gcm@openssh.com' },
  chacha: { channel: 'ssh', cipher: 'chacha20-poly1305@openssh.com' },
  plain: { channel: 'plain', cipher: 'aes128-gcm@openssh.com' },
} as const satisfies Record<string, Pick<PagePlan, 'channel' | 'cipher'>>;

type Way = keyof typeof ways;

interface Measured {
  readonly way: Way;
  /** Page bytes, by criu's own count. */
  readonly sent: number;
  /** From the freeze until the destination had everything, in ms. */
  readonly transfer: number;
  readonly mebibytesPerSecond: number;
}

const portsOf = (a: Host, b: Host): MigrationPorts => {
  // Whether holds work is not what is compared.
  const proven = { has: async () => true, add: async () => {} };
  const runc = { runcRoot: '/run/runc', imagesDirectory: '/run/precopy', proven };
  return {
    source: runcSource(a, { ...runc, owner: 'bench' }),
    destination: runcDestination(b, { ...runc, source: a }),
    link: sshLink({ source: a, destination: b, sshPort: 22 }),
    clock: { now: () => millis(performance.now()), sleep: async () => {} },
    patience: { stall: millis(60_000) },
  };
};

const planFor = (ports: MigrationPorts, address: string, way: Way): Promise<Plan> => {
  const { channel } = ways[way];
  const request = {
    container: CONTAINER,
    from: 'a',
    to: 'b',
    policy: defaultPolicy,
    pages: { ...defaultPageRequest, channel },
    docker: defaultDockerRequest,
  };
  return preflight(ports, { migration: `${way}-${Date.now()}`, request, address });
};

const measure = async (a: Host, b: Host, address: string, way: Way): Promise<Measured> => {
  const ports = portsOf(a, b);
  const { source, destination, link, clock } = ports;
  const made = await planFor(ports, address, way);
  const plan = { ...made, pages: { ...made.pages, ...ways[way] } };
  await Promise.all([source.prepare(plan), destination.prepare(plan)]);
  try {
    await link.open(plan, new AbortController().signal);
    const server = await destination.openPageServer(plan, 0, undefined);
    const { endpoint } = await link.carryPages(plan, server.endpoint);
    const startedAt = clock.now();
    const [dirty] = await Promise.all([source.preDump(plan, 0, endpoint), server.finished]);
    const sent = pagesToBytes(pages(dirty.pagesWritten + dirty.sharedPagesWritten));
    const { round } = measureRound({ index: 0, dirty, sent, startedAt, endedAt: clock.now() });
    const mebibytesPerSecond = sent / 1024 ** 2 / (round.transfer / 1000);
    return { way, sent, transfer: round.transfer, mebibytesPerSecond };
  } finally {
    await link.close();
    await Promise.all([source.release(plan, false), destination.discard(plan)]);
  }
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const names: readonly Way[] = ['aes', 'plain', 'chacha'];

const summary = (all: readonly Measured[]): string => {
  const of = (way: Way): number =>
    median(all.filter((each) => each.way === way).map((each) => each.mebibytesPerSecond));
  const line = (way: Way): string =>
    `${way}: ${of(way).toFixed(1)} MiB/s, ${(of(way) / of('plain')).toFixed(2)} of plain`;
  return names.map(line).join('\n');
};

const [runs = '3', file = 'compare.json', name] = process.argv.slice(2);
const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
const lab = name === undefined ? await startLab({ owned: true, onProgress }) : await openLab(name);
const all: Measured[] = [];
const ssh = { configFile: lab.sshConfig };
const [a, b] = [remoteHost('a', ssh), remoteHost('b', ssh)];
try {
  await removeContainer(a, CONTAINER);
  await runContainer(a, dirtier(CONTAINER, MEBIBYTES, 1, 1));
  // Until it has written all of its memory once.
  await sleep(10_000);
  // The first of each is slower than any later one, while the hosts' code is being translated; it does not count.
  for (let run = 0; run <= Number(runs); run += 1) {
    for (const way of names) {
      const measured = await measure(a, b, lab.hosts.b.address, way);
      onProgress(`${run === 0 ? 'warm-up' : `run ${run}`} ${JSON.stringify(measured)}`);
      if (run > 0) all.push(measured);
    }
  }
  await removeContainer(a, CONTAINER);
} finally {
  await Promise.all([a.close(), b.close()]);
  if (name === undefined) await lab.down();
}
await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`);
process.stdout.write(`${summary(all)}\n`);

// Migrates a container of 48 MiB with pages over ssh, over criu's TLS and plain, in turn: how fast the first round goes, and how long
// the container stands still for the last 8 MiB.
//   node dist/bench/page-channel/compare.js RUNS FILE [LAB]      (appends to FILE, a line each; without LAB in one of its own)
// Without RUNS (0) it only tells what is in FILE.
import { appendFile, readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defaultDockerRequest } from '../../engine/core/default-docker-request.ts';
import { defaultPageRequest } from '../../engine/core/default-page-request.ts';
import { defaultPolicy } from '../../engine/core/default-policy.ts';
import type { PageChannel } from '../../engine/model/pages.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { migrate } from '../../engine/run/migrate.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { runcDestination } from '../../transport/runc/destination.ts';
import { runcSource } from '../../transport/runc/source.ts';
import { removeContainer, runContainer } from '../containers/run-container.ts';
import { dirtier } from '../containers/workloads.ts';
import { type Lab, openLab, startLab } from '../lab/index.ts';
import { median } from '../stats/quantile.ts';

const CONTAINER = 'channel';
/** Whatever the channel, the working set is written all over between two rounds, so that each brings as much. */
const MEBIBYTES = { all: 48, workingSet: 8 };
const PAGES_PER_SECOND = 2000;

const channels: readonly PageChannel[] = ['ssh', 'tls', 'plain'];

const measured = z.object({
  channel: z.enum(['ssh', 'tls', 'plain']),
  /** Of the first round, from its freeze until the destination had everything. */
  mebibytesPerSecond: z.number(),
  /** In ms, as the report tells it, and the part of it in which pages go. */
  downtime: z.number(),
  dump: z.number(),
  /** Of all rounds and the last dump. */
  pageBytes: z.number(),
  /** How busy this machine was before, which both hosts run on. */
  load: z.number(),
});
type Measured = z.infer<typeof measured>;

const portsOf = (a: Host, b: Host): MigrationPorts => {
  // Whether holds work is not what is compared.
  const proven = { has: async () => true, add: async () => {} };
  const runc = { runcRoot: '/run/runc', imagesDirectory: '/run/precopy', proven };
  return {
    source: runcSource(a, { ...runc, owner: 'bench' }),
    destination: runcDestination(b, { ...runc, source: a }),
    link: sshLink({ source: a, destination: b, sshPort: 22 }),
    clock: { now: () => millis(performance.now()), sleep: (duration) => sleep(duration) },
    patience: { stall: millis(60_000) },
  };
};

const measure = async (a: Host, b: Host, address: string, channel: PageChannel): Promise<Measured> => {
  await Promise.all([a, b].map((host) => removeContainer(host, CONTAINER)));
  await runContainer(a, dirtier(CONTAINER, MEBIBYTES.all, MEBIBYTES.workingSet, PAGES_PER_SECOND));
  // Until it has written all of its memory once.
  await sleep(6000);
  const [load = 0] = loadavg();
  const ports = portsOf(a, b);
  const request = {
    container: CONTAINER,
    from: 'a',
    to: 'b',
    policy: { ...defaultPolicy, maxRounds: 2 },
    // What is compared is what encryption costs.
    pages: { ...defaultPageRequest, channel, compress: 'none' as const },
    docker: defaultDockerRequest,
  };
  const plan = await preflight(ports, { migration: `${channel}-${Date.now()}`, request, address });
  const report = await migrate(plan, ports, { sink: () => {}, signal: new AbortController().signal });
  const [first] = report.rounds;
  if (report.outcome !== 'migrated' || first === undefined || report.measured === undefined)
    throw new Error(`${channel}: ${report.outcome}: ${report.failure?.message ?? ''}`);
  const { total: downtime, dump } = report.measured;
  const mebibytesPerSecond = first.sent / 1024 ** 2 / (first.transfer / 1000);
  return { channel, mebibytesPerSecond, downtime, dump, pageBytes: report.pageBytes, load };
};

/** In turn, so that whatever else the machine does falls on all of them. */
const compare = async (
  lab: Lab,
  runs: number,
  tell: (measured: Measured) => Promise<void>,
): Promise<void> => {
  const ssh = { configFile: lab.sshConfig };
  const [a, b] = [remoteHost('a', ssh), remoteHost('b', ssh)];
  try {
    for (let run = 0; run < runs; run += 1)
      for (const channel of channels) await tell(await measure(a, b, lab.hosts.b.address, channel));
    await removeContainer(b, CONTAINER);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
};

const summary = (all: readonly Measured[]): string => {
  const row = (what: 'mebibytesPerSecond' | 'downtime' | 'dump', unit: string, divisor: number): string => {
    const of = (channel: PageChannel): readonly number[] =>
      all.filter((each) => each.channel === channel).map((each) => each[what] / divisor);
    const cells = channels.map((channel) => {
      const values = of(channel);
      const range = `${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}`;
      const ratio = (median(values) / median(of('plain'))).toFixed(2);
      return `${channel} ${median(values).toFixed(2)} [${range}, n=${values.length}] ${ratio} of plain`;
    });
    return `${what} (${unit}): ${cells.join('; ')}\n`;
  };
  return row('mebibytesPerSecond', 'MiB/s', 1) + row('downtime', 's', 1000) + row('dump', 's', 1000);
};

const [runs = '0', file = 'migrations.jsonl', name] = process.argv.slice(2);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const keep = async (each: Measured): Promise<void> => {
  say(JSON.stringify(each));
  await appendFile(file, `${JSON.stringify(each)}\n`);
};
if (Number(runs) > 0) {
  const lab = name === undefined ? await startLab({ owned: true, onProgress: say }) : await openLab(name);
  try {
    // The first of each is slower than any later one, while the hosts' code is being translated; where the lab is new it does not count.
    if (name === undefined) await compare(lab, 1, async (each) => say(`warm-up ${JSON.stringify(each)}`));
    await compare(lab, Number(runs), keep);
  } finally {
    if (name === undefined) await lab.down();
  }
}
const lines = (await readFile(file, 'utf8')).trim().split('\n');
process.stdout.write(summary(lines.map((line) => measured.parse(JSON.parse(line)))));

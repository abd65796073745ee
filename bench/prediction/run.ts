// Migrates one subject in the lab and appends what was predicted and measured to a file of results.
//   node dist/bench/prediction/run.js FILE.jsonl LAB SUBJECT [--profile DURATION] [OPTIONS of precopy migrate]
//   node dist/bench/prediction/run.js                        (names the subjects)
// Migrations know what earlier ones showed by their journals: XDG_STATE_HOME says which.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Host } from '../../engine/ports/host.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { startRedisWriter } from '../client/redis-writer.ts';
import { removeContainer, runContainer } from '../containers/run-container.ts';
import { type Lab, openLab } from '../lab/index.ts';
import { type Subject, subjectNamed, subjects } from './subjects.ts';

const program = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const REDIS_PORT = 6379;
/** Until a workload has written to all of its memory once, in ms for each MiB, and besides. */
const SETTLING = { each: 40, besides: 2000 };

const precopy = (
  args: readonly string[],
): Promise<{ readonly exitCode?: number | undefined; readonly stdout: string; readonly stderr: string }> =>
  execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore' });

const versionsOf = async (host: Host): Promise<Record<string, string>> => {
  const script =
    'uname -r; criu --version | sed -n "s/^Version: //p"; runc --version | sed -n "s/^runc version //p"';
  const [kernel = '', criu = '', runc = ''] = (await host.run({ argv: ['sh', '-c', script] })).stdout.split(
    '\n',
  );
  return { precopy: (await precopy(['--version'])).stdout, criu, runc, kernel };
};

const begin = async (host: Host, { spec, redis, mebibytes }: Subject): Promise<void> => {
  await runContainer(host, spec);
  if (redis !== undefined) {
    const populate = `until redis-cli ping; do sleep 0.2; done >/dev/null 2>&1; exec redis-cli debug populate ${redis.keys} key 1000`;
    await host.run({ argv: ['sh', '-c', populate] });
  }
  await sleep(SETTLING.besides + mebibytes * SETTLING.each);
};

const between = (lab: Lab): readonly string[] => [
  ...['--from', 'a', '--to', 'b', '--to-address', lab.hosts.b.address, '--ssh-config', lab.sshConfig],
];

/** What a watch over the memory sees, before the migration. */
const profile = async (lab: Lab, id: string, duration: string): Promise<unknown> => {
  const directory = await mkdtemp(join(tmpdir(), 'precopy-evidence-'));
  try {
    const file = join(directory, 'profile.json');
    const onA = ['--from', 'a', '--ssh-config', lab.sshConfig];
    const { exitCode, stderr } = await precopy(['profile', id, ...onA, '--for', duration, '--out', file]);
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(await readFile(file, 'utf8'));
  } finally {
    await rm(directory, { recursive: true });
  }
};

interface Asked {
  readonly profile: string | undefined;
  readonly policy: readonly string[];
}

const measure = async (lab: Lab, subject: Subject, asked: Asked): Promise<object> => {
  const ssh = { configFile: lab.sshConfig };
  const [a, b] = [remoteHost('a', ssh), remoteHost('b', ssh)];
  const { id } = subject.spec;
  const clear = (): Promise<unknown> => Promise.all([a, b].map((host) => removeContainer(host, id)));
  try {
    await clear();
    const versions = await versionsOf(a);
    await begin(a, subject);
    const ports = await Promise.all([lab.publish('a', REDIS_PORT), lab.publish('b', REDIS_PORT)]);
    const writes = subject.redis?.writes ?? 0;
    const writer = writes > 0 ? startRedisWriter(ports, writes) : undefined;
    const seen = asked.profile === undefined ? {} : { profile: await profile(lab, id, asked.profile) };
    const before = loadavg()[0];
    const begun = performance.now();
    const { exitCode, stdout, stderr } = await precopy([
      'migrate',
      id,
      ...between(lab),
      ...asked.policy,
      '--page-channel',
      'plain',
      '--yes',
      '--json',
    ]);
    const totalTime = performance.now() - begun;
    await writer?.stop();
    await clear();
    const { mebibytes, dirtyRate, name } = subject;
    const common = {
      version: 1,
      at: new Date().toISOString(),
      scenario: name,
      variant: 'precopy',
      repetition: 1,
      machine: { cores: cpus().length, memoryBytes: totalmem(), kernel: release() },
      versions,
      settings: {
        workload: subject.spec.args[0] ?? '',
        memoryBytes: mebibytes * 1024 ** 2,
        dirtyRate,
        policy: asked.policy,
      },
      totalTime,
      // How busy this machine was, which both hosts run on: with more than its cores, a figure says as much about the others.
      load: { before, after: loadavg()[0] },
      ...seen,
    };
    if (exitCode !== 0) return { ...common, outcome: 'failed', failure: stderr.slice(-2000) };
    const report = JSON.parse(stdout);
    return {
      ...common,
      outcome: 'ok',
      bytesSent: report.pageBytes + report.fileBytes,
      downtime: report.measured.total,
      report,
    };
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
};

const [file, labName, name, ...rest] = process.argv.slice(2);
if (file === undefined || labName === undefined || name === undefined) {
  process.stdout.write(subjects.map((subject) => `${subject.name}\n`).join(''));
} else {
  const profiled = rest[0] === '--profile' ? rest[1] : undefined;
  const options = profiled === undefined ? rest : rest.slice(2);
  const subject = subjectNamed(name);
  const policy = options.length > 0 ? options : subject.policy;
  const measured = await measure(await openLab(labName), subject, { profile: profiled, policy });
  await appendFile(file, `${JSON.stringify(measured)}\n`);
}

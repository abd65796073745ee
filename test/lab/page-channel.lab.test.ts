import { readFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { listContainers } from '../../bench/containers/list-containers.ts';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import type { PageChannel } from '../../engine/model/pages.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { CommandOutput, Host } from '../../engine/ports/host.ts';
import type { PageServer } from '../../engine/ports/pages.ts';
import type { MigrationPorts } from '../../engine/run/migration.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { scriptArgv } from '../../transport/door/script.ts';
import { sshLink } from '../../transport/link/ssh-link.ts';
import { runcDestination } from '../../transport/runc/destination.ts';
import { runcSource } from '../../transport/runc/source.ts';
import { rememberedProofs } from '../fakes/remembered-proofs.ts';
import { between, openHosts, outputOf, sh } from './hosts.ts';
import { migrate } from './precopy.ts';
import { providedLab } from './provided.ts';

const id = 'vault';
const SECRET = 'open-sesame-5f1c9a7e';
const hosts = openHosts();

/** It stands in memory alone, several times, so that no end of a packet hides it. */
const vault = {
  id,
  hostNetwork: false,
  args: ['tail', '-f', '/etc/passwd', ...Array.from({ length: 8 }, () => `/${SECRET}`)],
};

const clear = async (): Promise<void> => {
  await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
};
beforeEach(async () => {
  await clear();
  await runContainer(hosts.a, vault);
});
afterAll(async () => {
  await clear();
  await Promise.all([hosts.a.close(), hosts.b.close()]);
});

interface Captured {
  readonly bytes: number;
  readonly secrets: number;
}

/** What went over the wire meanwhile. */
const captured = async (work: () => Promise<void>): Promise<Captured> => {
  const script = await readFile(new URL('../fixtures/packets.pl', import.meta.url), 'utf8');
  const file = '/run/packets';
  const capture = await hosts.b.start({ argv: ['perl', '-e', script, 'eth1', file] });
  try {
    for await (const line of capture.lines) if (line === 'on') break;
    await work();
    const bytes = Number(await outputOf(hosts.b, 'stat', '-c', '%s', file));
    const secrets = Number(await sh(hosts.b, 'grep -aoF "$1" "$2" | wc -l', SECRET, file));
    return { bytes, secrets };
  } finally {
    await capture.kill('TERM');
    await capture.exit;
    await sh(hosts.b, 'rm -f "$1"', file);
  }
};

const few = ['--max-rounds', '2'];

describe('a secret in memory', () => {
  it('is not on the wire', async () => {
    let sent = 0;
    const wire = await captured(async () => {
      const { report } = await migrate(id, ...between('a', 'b'), ...few);
      expect(report).toMatchObject({ outcome: 'migrated', pageChannel: 'ssh' });
      sent = report.pageBytes;
    });
    expect(wire.secrets).toBe(0);
    // All of it was looked at.
    expect(wire.bytes).toBeGreaterThan(sent);
    const { pid }: { pid: number } = JSON.parse(await outputOf(hosts.b, 'runc', 'state', id));
    expect(await sh(hosts.b, 'tr "\\0" "\\n" <"/proc/$1/cmdline"', String(pid))).toContain(SECRET);
  });

  it('is not on the wire either where criu encrypts it, with certificates by different programs', async () => {
    await sh(hosts.b, 'mv /usr/bin/openssl /usr/bin/openssl.away');
    try {
      const wire = await captured(async () => {
        const { report } = await migrate(id, ...between('a', 'b'), ...few, '--page-channel', 'tls');
        expect(report).toMatchObject({ outcome: 'migrated', pageChannel: 'tls' });
        expect(report.findings.map(({ code }) => code)).not.toContain('pages-plain');
      });
      expect(wire.secrets).toBe(0);
      expect(wire.bytes).toBeGreaterThan(0);
      for (const host of [hosts.a, hosts.b])
        expect(await sh(host, 'ls -A /run/precopy 2>/dev/null || true')).toBe('');
    } finally {
      await sh(hosts.b, 'mv /usr/bin/openssl.away /usr/bin/openssl');
    }
  });

  it('is there for everyone to read where plain was asked for', async () => {
    const wire = await captured(async () => {
      const { report } = await migrate(id, ...between('a', 'b'), ...few, '--page-channel', 'plain');
      expect(report).toMatchObject({ outcome: 'migrated', pageChannel: 'plain' });
      expect(report.findings.map(({ code }) => code)).toContain('pages-plain');
    });
    expect(wire.secrets).toBeGreaterThan(0);
  });
});

describe('a page-server that somebody else connects to first', () => {
  // With tls it also says something: silence would take as long as with ssh.
  it.each([
    ['ssh', '127.0.0.1/914', ''],
    ['tls', '10.77.0.2/27700', 'head -c 4096 /dev/zero >&9;'],
  ])('takes the migration back, and the container runs on: %s', async (channel, server, says) => {
    const first = await hosts.b.start({
      argv: [
        'bash',
        '-c',
        `until exec 9<>/dev/tcp/${server}; do :; done 2>/dev/null; ${says} echo in; read -r _`,
      ],
    });
    try {
      const how = ['--page-channel', channel, '--stall-timeout', '10s'];
      const { report } = await migrate(id, ...between('a', 'b'), ...few, ...how);
      expect(report.outcome).toBe('rolled-back');
      expect(await sh(hosts.a, 'runc state "$1"', id)).toContain('"status": "running"');
      expect(await listContainers(hosts.b)).toEqual([]);
    } finally {
      await first.kill('KILL');
    }
  });
});

interface Opened {
  readonly ports: MigrationPorts;
  readonly plan: Plan;
}

const opened = async (channel: PageChannel): Promise<Opened> => {
  const { a, b } = hosts;
  const runc = { runcRoot: '/run/runc', imagesDirectory: '/run/precopy', proven: rememberedProofs() };
  const ports = {
    source: runcSource(a, { ...runc, owner: 'a test' }),
    destination: runcDestination(b, { ...runc, source: a }),
    link: sshLink({ source: a, destination: b, sshPort: 22 }),
    clock: { now: () => millis(performance.now()), sleep: async () => {} },
    patience: { stall: millis(30_000) },
  };
  const request = {
    container: id,
    from: 'a',
    to: 'b',
    policy: defaultPolicy,
    pages: { ...defaultPageRequest, channel },
    docker: defaultDockerRequest,
  };
  const plan = await preflight(ports, { migration: 'gate', request, address: providedLab().addresses.b });
  await Promise.all([ports.source.prepare(plan), ports.destination.prepare(plan)]);
  await ports.link.open(plan, new AbortController().signal);
  return { ports, plan };
};

const closed = async ({ ports: { link, source, destination }, plan }: Opened): Promise<void> => {
  await link.close();
  await source.release(plan, false);
  await destination.discard(plan);
};

/** A login with the migration's key, over a connection of its own. */
const login = (host: Host, ...words: readonly string[]): Promise<CommandOutput> =>
  host.probe({
    argv: [
      'timeout',
      '30',
      'ssh',
      '-F',
      `/run/precopy/${id}/ssh_config`,
      '-o',
      'ControlPath=none',
      '-o',
      'ExitOnForwardFailure=yes',
      ...words,
    ],
  });

describe('what a migration opens', () => {
  it('is no port that another host reaches, or that a user could take', async () => {
    const scene = await opened('ssh');
    try {
      const server = await scene.ports.destination.openPageServer(scene.plan, 0, undefined);
      const listening = await sh(hosts.b, 'ss -Hltnp | grep criu');
      expect(listening).toMatch(/127\.0\.0\.1:9\d\d /);
      expect(listening).not.toMatch(/(0\.0\.0\.0|\*|10\.77\.0\.2|\[::\]):9\d\d /);
      const port = String(server.endpoint.port);
      const knock = ['timeout', '5', 'bash', '-c', ': <"/dev/tcp/$0/$1"', scene.plan.address, port] as const;
      expect((await hosts.a.probe({ argv: knock })).stderr).toContain('refused');
      const bind =
        'use Socket; $> = 65534; socket(S, PF_INET, SOCK_STREAM, 0); exit(bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) ? 0 : $! == 13 ? 13 : 1)';
      for (const host of [hosts.a, hosts.b])
        expect((await host.probe({ argv: ['perl', '-e', bind, '929'] })).exitCode).toBe(13);
      await server.stop();
    } finally {
      await closed(scene);
    }
  });

  it('is no way for the key to another command or forward, from another address, or afterwards', async () => {
    const scene = await opened('ssh');
    try {
      const { a, b } = hosts;
      expect((await login(a, 'destination', 'whence')).stdout).toBe('10.77.0.1\n');
      for (const command of ['id', 'whence; id', 'rsync --server --sender -e.L . /etc/'])
        expect(await login(a, 'destination', command)).toMatchObject({ exitCode: 126, stdout: '' });
      // A session without a command would be a shell.
      expect(await login(a, 'destination')).toMatchObject({ exitCode: 126, stdout: '' });
      for (const to of ['127.0.0.1:22', '10.77.0.2:22', '127.0.0.1:930', 'localhost:914'])
        expect((await login(a, '-W', to, 'destination')).stderr).toContain('prohibited');
      for (const listener of ['127.0.0.1:9999', '9999'])
        expect((await login(a, '-N', '-R', `${listener}:127.0.0.1:22`, 'destination')).stderr).toMatch(
          /forwarding (request )?failed/,
        );
      // A path is no page-server's port, even though root may open any.
      const path =
        'timeout 30 ssh -F "$1" -o ControlPath=none -N -L 127.0.0.1:9998:/run/docker.sock destination 2>"$2" & for i in $(seq 60); do (: <>/dev/tcp/127.0.0.1/9998) 2>/dev/null && break; sleep 0.3; done; sleep 2; kill $!; cat "$2"';
      expect(
        await outputOf(a, 'bash', '-c', path, 'bash', `/run/precopy/${id}/ssh_config`, '/run/path.err'),
      ).toContain('open failed');
      const files = ['key', 'known_hosts', 'ssh_config'].map((name) => `/run/precopy/${id}/${name}`);
      for (const file of files) await b.writeFile(file, await a.readFile(file), 0o600);
      expect((await login(b, 'destination', 'whence')).stderr).toContain('Permission denied');
      await scene.ports.link.close();
      expect((await login(a, 'destination', 'whence')).stderr).toContain('Permission denied');
    } finally {
      await closed(scene);
    }
  });

  it('leads the source to no restore that nobody has looked at, and to no second chance to send', async () => {
    const scene = await opened('ssh');
    const restore = await scene.ports.destination.park(scene.plan);
    const failed = expect(restore.prepared).rejects.toThrow();
    try {
      // Whoever is root there says what the keeper would say, with images of its own.
      const config = `/run/precopy/${id}/ssh_config`;
      const words =
        'cd /etc && tar -cf - passwd | timeout 30 ssh -F "$1" -o ControlPath=none destination receive-images';
      expect(await outputOf(hosts.a, 'sh', '-c', words, 'sh', config)).toBe('ready\n');
      expect(await login(hosts.a, 'destination', 'receive-images')).toMatchObject({
        exitCode: 126,
        stdout: '',
      });
      const asked = 'echo restore | timeout 30 ssh -F "$1" -o ControlPath=none destination hand-over';
      const { stdout } = await hosts.a.probe({ argv: ['sh', '-c', asked, 'sh', config] });
      expect(stdout).toBe('ready\nfailed\n');
      await failed;
      const verification = await scene.ports.destination.parkVerification(scene.plan);
      await expect(verification.verify()).rejects.toThrow();
      await verification.discard();
    } finally {
      await restore.discard();
      await closed(scene);
    }
  });
});

describe('pages over tls', () => {
  it('are taken from nobody else and sent to nobody else, whatever certificate they have', async () => {
    const scene = await opened('tls');
    const { source, destination } = scene.ports;
    const { address } = scene.plan;
    const servers: PageServer[] = [];
    const listen = async (): Promise<PageServer> => {
      const server = await destination.openPageServer(scene.plan, servers.length, undefined);
      servers.push(server);
      return server;
    };
    try {
      const { a, b } = hosts;
      // Of the same name, by the same program.
      for (const host of [a, b]) await host.run({ argv: scriptArgv('make-certificate', '/run/stranger') });
      const own = '-cert /run/stranger/certificate.pem -key /run/stranger/key.pem';
      const stranger = `openssl s_client -connect "$1:$2" -quiet ${own} </dev/null || true`;
      const refusing = await listen();
      const refused = expect(refusing.finished).rejects.toThrow('ended before all pages had come');
      const { port } = refusing.endpoint;
      await outputOf(a, 'timeout', '20', 'bash', '-c', stranger, 'bash', address, String(port));
      await refused;
      const log = `${scene.plan.destinationDirectory}/images/0/page-server.log`;
      expect(await sh(b, 'cat "$1"', log)).toContain('Invalid certificate');

      const impostor = await b.start({
        argv: ['bash', '-c', `exec openssl s_server -accept 27790 -Verify 1 ${own} -quiet 2>&1`],
      });
      await sh(b, 'until ss -Hltn | grep -q :27790; do sleep 0.1; done');
      await expect(source.preDump(scene.plan, 0, { address, port: 27_790 })).rejects.toThrow();
      expect(await sh(a, 'cat "$1"', `${scene.plan.sourceDirectory}/work/0/dump.log`)).toContain(
        'Invalid certificate',
      );
      await impostor.kill('KILL');

      // Nobody is refused who should not be, and the container has taken no harm.
      const server = await listen();
      const dirty = await source.preDump(scene.plan, 0, server.endpoint);
      await server.finished;
      expect(dirty.pagesWritten).toBeGreaterThan(0);
      expect(await sh(a, 'runc state "$1"', id)).toContain('"status": "running"');
    } finally {
      for (const server of servers) await server.stop();
      for (const host of [hosts.a, hosts.b]) await sh(host, 'rm -rf /run/stranger');
      await closed(scene);
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, docker, setUpDocker } from './docker.ts';
import { between, openHosts, outputOf, sh } from './hosts.ts';
import { migrate, precopy } from './precopy.ts';

const CONFIG = '/etc/docker/daemon.json';

/** Ends dockerd and waits for the next one, which the lab's init starts. */
const restart = `old=$(cat /run/docker.pid); kill "$old"; while [ -d "/proc/$old" ]; do sleep 0.3; done
until docker info >/dev/null 2>&1; do sleep 0.5; done
docker image inspect precopy-lab >/dev/null 2>&1 || docker load -q -i /opt/precopy-lab/precopy-lab.tar`;

// criu remembers what there is of AppArmor.
const confining =
  'mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security; rm -f /run/criu.kdat';
const notConfining =
  '! mountpoint -q /sys/kernel/security || umount /sys/kernel/security; rm -f /run/criu.kdat';

/** Writes down where it is each second. */
const beating = ['precopy-lab', 'sh', '-c', 'i=0; while :; do echo $i >/tmp/beat; i=$((i+1)); sleep 1; done'];

describe('hosts as they are installed', () => {
  const hosts = openHosts();
  let original: string;

  /** Docker anew, with these settings besides those of the lab. */
  const withDocker = async (host: Host, settings: object, before = ':'): Promise<void> => {
    await clearDocker(host);
    const usual: object = JSON.parse(original);
    await host.writeFile(CONFIG, JSON.stringify({ ...usual, ...settings }), 0o644);
    await sh(host, `${before}; ${restart}`);
  };
  const both = (settings: object, before?: string): Promise<unknown> =>
    Promise.all([hosts.a, hosts.b].map((host) => withDocker(host, settings, before)));

  const start = (name: string): Promise<string> => docker(hosts.a, 'run', '-d', '--name', name, ...beating);

  const findings = async (name: string): Promise<string> => {
    const { stdout } = await precopy('check', name, ...between('a', 'b'), '--json');
    const all = (JSON.parse(stdout) as { findings: { severity: string; code: string; message: string }[] })
      .findings;
    return all.map(({ severity, code, message }) => `${severity} ${code}: ${message}`).join('\n');
  };

  const moves = async (name: string): Promise<void> => {
    const { exitCode, stderr, report } = await migrate(name, ...between('a', 'b'));
    expect({ exitCode, stderr, outcome: report.outcome }).toMatchObject({ exitCode: 0, outcome: 'migrated' });
    const beat = async (): Promise<number> => Number(await docker(hosts.b, 'exec', name, 'cat', '/tmp/beat'));
    const first = await beat();
    await expect.poll(beat, { timeout: 30_000 }).toBeGreaterThan(first);
  };

  beforeAll(async () => {
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    original = await outputOf(hosts.b, 'cat', CONFIG);
  });
  beforeEach(() => Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]));
  afterAll(async () => {
    await sh(hosts.a, 'rm -rf /etc/criu');
    await both({}, notConfining);
    await Promise.all(
      [hosts.a, hosts.b].map(async (host) => {
        await sh(host, 'rm -rf /srv/docker-data /srv/docker-run /var/lib/docker/[0-9]*.[0-9]*');
        await host.close();
      }),
    );
  }, 300_000);

  it('confine a container by AppArmor on both, before and after the move', async () => {
    await both({}, confining);
    await start('confined');
    await moves('confined');
    const profile = 'cat /proc/$(docker inspect -f "{{.State.Pid}}" confined)/attr/apparmor/current';
    expect((await sh(hosts.b, profile)).trim()).toBe('docker-default (enforce)');
  }, 600_000);

  it('are told apart where only one has AppArmor', async () => {
    await Promise.all([withDocker(hosts.a, {}, confining), withDocker(hosts.b, {}, notConfining)]);
    await start('one-sided');
    expect(await findings('one-sided')).toMatch(/^error apparmor-missing: .*docker-default.* on b$/m);
    await Promise.all([withDocker(hosts.a, {}, notConfining), withDocker(hosts.b, {}, confining)]);
    await start('one-sided');
    expect(await findings('one-sided')).toMatch(/^error apparmor-differs: .*Docker on b would/m);
    await docker(hosts.a, 'rm', '-f', 'one-sided');
    // Without a profile by its own configuration it needs none there.
    await docker(hosts.a, 'run', '-d', '--name', 'free', '--security-opt', 'apparmor=unconfined', ...beating);
    await moves('free');
  }, 600_000);

  it('may keep images and the state of what runs elsewhere', async () => {
    await Promise.all([
      withDocker(hosts.a, { 'data-root': '/srv/docker-data', 'exec-root': '/srv/docker-run' }, notConfining),
      withDocker(hosts.b, { 'exec-root': '/srv/docker-run', 'live-restore': true }, notConfining),
    ]);
    await start('elsewhere');
    await moves('elsewhere');
    // And with live-restore the container outlives Docker.
    const running = 'docker inspect -f "{{.State.Pid}} {{.State.StartedAt}}" elsewhere';
    const before = await sh(hosts.b, running);
    await sh(hosts.b, restart);
    expect(await sh(hosts.b, running)).toBe(before);
    await docker(hosts.b, 'stop', '--time', '0', 'elsewhere');
    expect(await docker(hosts.b, 'inspect', '-f', '{{.State.Status}}', 'elsewhere')).toBe('exited');
  }, 600_000);

  it('are refused by name with userns-remap', async () => {
    await both({ 'userns-remap': 'default' }, notConfining);
    await start('remapped');
    const found = await findings('remapped');
    expect(found).toMatch(/^error userns-remap: Docker on a /m);
    expect(found).toMatch(/^error userns-remap: Docker on b /m);
    await both({});
  }, 600_000);

  it("are refused where criu's configuration would overrule precopy's, before anything moves", async () => {
    await start('configured');
    await sh(
      hosts.a,
      'mkdir -p /etc/criu; printf "# mine\\nleave-running\\next-unix-sk\\n" >/etc/criu/runc.conf',
    );
    const found = await findings('configured');
    expect(found).toMatch(
      /^error criu-config-contradicts: \/etc\/criu\/runc\.conf on a says "leave-running" in line 2/m,
    );
    expect(found).toMatch(/^warning criu-config-differs: .* on a says "ext-unix-sk" in line 3/m);
    await sh(hosts.a, 'rm -rf /etc/criu');
    expect(await findings('configured')).not.toMatch(/criu-config/);
  }, 300_000);
});

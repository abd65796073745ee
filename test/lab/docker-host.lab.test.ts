import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWrapperState } from '../../transport/docker/host-setup.ts';
import { parkDockerRestore } from '../../transport/docker/parked-restore.ts';
import { scriptArgv } from '../../transport/door/script.ts';
import { clearDocker } from './docker.ts';
import { openHosts, outputOf, sh } from './hosts.ts';
import { type Finished, precopy } from './precopy.ts';
import { providedLab } from './provided.ts';

const CONFIG = '/etc/docker/daemon.json';
/** With a runtime of somebody else, and in a form that no printer makes. */
const before =
  '{ "storage-driver": "overlay2",\n    "runtimes": {"other": {"path": "/usr/sbin/runc"}}, "debug":false }\n';

describe('precopy host', () => {
  const { b: host, a } = openHosts();
  const { sshConfig } = providedLab();
  let original: string;

  const command = (verb: string, ...options: readonly string[]): Promise<Finished> =>
    precopy('host', verb, 'b', '--ssh-config', sshConfig, ...options);
  const config = (): Promise<string> => outputOf(host, 'cat', CONFIG);
  const runtimes = async (): Promise<readonly string[]> =>
    Object.keys(JSON.parse(await outputOf(host, 'docker', 'info', '--format', '{{json .Runtimes}}')));
  /** Tells one run of the daemon from the next. */
  const daemon = (): Promise<string> => sh(host, 'p=$(cat /run/docker.pid); echo "$p"; stat -c %Z /proc/$p');
  const create = async (name: string): Promise<string> =>
    (
      await outputOf(
        host,
        'docker',
        'create',
        '--name',
        name,
        '--runtime=precopy',
        'precopy-lab',
        'sleep',
        '1000',
      )
    ).trim();

  /** As on a host that nobody has set up, whatever other tests did. */
  const forget = async (): Promise<void> => {
    await clearDocker(host);
    if ((await readWrapperState(host)) !== 'missing') await command('remove', '--yes');
  };

  beforeAll(async () => {
    await forget();
    original = await config();
    await host.writeFile(CONFIG, before, 0o640);
  });

  afterAll(async () => {
    await forget();
    // Docker forgets a runtime only when it reads that there is none.
    await host.writeFile(CONFIG, '{"storage-driver": "overlay2", "runtimes": {}}', 0o644);
    await sh(host, 'kill -HUP $(cat /run/docker.pid); docker info');
    await host.writeFile(CONFIG, original, 0o644);
    await Promise.all([host.close(), a.close()]);
  });

  it('changes nothing unasked, and shows what it would change', async () => {
    const { exitCode, stderr } = await command('setup');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/write \/usr\/local\/lib\/precopy\/docker-runtime/);
    expect(stderr).toMatch(/\+ +"precopy": \{/);
    expect(stderr).toMatch(/use --yes/);
    expect(await config()).toBe(before);
    expect(await readWrapperState(host)).toBe('missing');
  });

  it('sets up without a restart, keeps what else is there, and then has nothing to do', async () => {
    const running = await daemon();
    expect(await command('setup', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await runtimes()).toEqual(expect.arrayContaining(['other', 'precopy', 'runc']));
    expect(JSON.parse(await config())).toMatchObject({ 'storage-driver': 'overlay2', debug: false });
    expect(await sh(host, `stat -c %a ${CONFIG}; ls /etc/docker`)).toBe('640\ndaemon.json\n');
    const again = await command('setup');
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing to do') });
    expect(await daemon()).toBe(running);
  });

  it('notices a wrapper of another version and replaces it', async () => {
    await sh(host, 'echo "# changed" >>/usr/local/lib/precopy/docker-runtime');
    const status = await command('status');
    expect(status).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('another version') });
    expect((await command('setup', '--yes')).exitCode).toBe(0);
    expect(await readWrapperState(host)).toBe('ready');
  });

  it('leaves a container that was parked and called off as it was, to be started or removed', async () => {
    const id = await create('parked');
    const directory = '/run/precopy/called-off';
    await host.run({ argv: scriptArgv('make-destination-directory', directory, 'm1') });
    const restore = await parkDockerRestore(host, directory, id);
    const overlays = (): Promise<string> => sh(host, 'grep -c " - overlay " /proc/self/mountinfo || :');
    expect((await overlays()).trim()).toBe('0');
    const states = (): Promise<string> =>
      outputOf(host, 'docker', 'ps', '-a', '--format', '{{.Names}} {{.State}}');
    expect(await states()).toBe('parked created\n');
    await restore.discard();
    expect(await states()).toBe('parked created\n');
    expect((await overlays()).trim()).toBe('0');
    expect(await sh(host, 'ls -A /run/precopy/parked 2>/dev/null; pgrep -x containerd-shim || :')).toBe('');
    await outputOf(host, 'docker', 'start', 'parked');
    await outputOf(host, 'docker', 'exec', 'parked', 'true');
    await outputOf(host, 'docker', 'rm', '-f', 'parked');
    await host.run({ argv: ['rm', '-rf', '--', directory] });
  });

  it('keeps the runtime while a container needs it', async () => {
    await create('needs-it');
    const refused = await command('remove', '--yes');
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/cannot start.*: needs-it/) });
    expect(await readWrapperState(host)).toBe('ready');
    await outputOf(host, 'docker', 'rm', 'needs-it');
  });

  it('takes back all it did, to the byte', async () => {
    const running = await daemon();
    expect(await command('remove', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await config()).toBe(before);
    expect(await runtimes()).not.toContain('precopy');
    expect(await runtimes()).toContain('other');
    expect(await sh(host, 'ls /usr/local/lib/precopy /etc/docker 2>/dev/null || :')).toBe(
      '/etc/docker:\ndaemon.json\n',
    );
    expect(await daemon()).toBe(running);
  });
});

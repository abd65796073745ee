import { afterEach, describe, expect, it } from 'vitest';
import type { DockerEngine } from '../../../engine/model/docker.ts';
import type { Host } from '../../../engine/ports/host.ts';
import { dockerApi } from '../../../transport/docker/docker-api.ts';
import { readEngine } from '../../../transport/docker/engine.ts';
import { type FakeDocker, fakeDocker } from '../../fakes/fake-docker.ts';

const info = {
  ServerVersion: '26.1.5',
  Driver: 'overlay2',
  CgroupDriver: 'systemd',
  DockerRootDir: '/var/lib/docker',
  Runtimes: {},
  Plugins: { Volume: ['local'] },
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a Docker daemon', () => {
  let docker: FakeDocker | undefined;
  afterEach(() => docker?.close());

  const read = async (changed: object, scriptOutput = ''): Promise<DockerEngine> => {
    docker = await fakeDocker({ 'GET /info': { body: { ...info, ...changed } } });
    const host: Host = {
      ...docker.host,
      run: () => Promise.resolve({ exitCode: 0, stdout: scriptOutput, stderr: '' }),
    };
    return readEngine(host, dockerApi(host));
  };

  it('is what Docker answers, with the defaults for the rest', async () => {
    expect(await read({})).toEqual({
      version: '26.1.5',
      storageDriver: 'overlay2',
      cgroupDriver: 'systemd',
      appArmor: false,
      usernsRemap: false,
      runcRoot: '/run/docker/runtime-runc/moby',
    });
  });

  it.each([
    ['on the command line', 'exec-root /srv/run/\nconfig /etc/docker/daemon.json\n', '/srv/run'],
    ['in its file', `config /d.json\nconfig-content ${base64('{"exec-root": "/srv/run"}')}\n`, '/srv/run'],
    ['nowhere', `config /d.json\nconfig-content ${base64('{"debug": true}')}\n`, '/run/docker'],
    ['nowhere in an empty file', `config /d.json\nconfig-content ${base64('\n')}\n`, '/run/docker'],
    ['under its other name', 'exec-root /var/run/docker\n', '/run/docker'],
  ])("has runc's directory below its exec-root, which is %s", async (_, scriptOutput, root) => {
    expect((await read({}, scriptOutput)).runcRoot).toBe(`${root}/runtime-runc/moby`);
  });

  it('is refused with a configuration that dockerd would refuse too', async () => {
    const scriptOutput = `config /d.json\nconfig-content ${base64('{')}\n`;
    await expect(read({}, scriptOutput)).rejects.toThrow(
      '/d.json on b is not a valid configuration of dockerd',
    );
  });

  it.each([
    ['26.1.5', 'moby-100000.100000'],
    ['20.10.24', 'moby'],
  ])(
    'has AppArmor and userns-remap, for which runc has its own directory from Docker 26 on (%s)',
    async (ServerVersion, name) => {
      const SecurityOptions = ['name=apparmor', 'name=seccomp,profile=builtin', 'name=userns'];
      const DockerRootDir = '/var/lib/docker/100000.100000';
      expect(await read({ ServerVersion, SecurityOptions, DockerRootDir })).toMatchObject({
        appArmor: true,
        usernsRemap: true,
        runcRoot: `/run/docker/runtime-runc/${name}`,
      });
    },
  );
});

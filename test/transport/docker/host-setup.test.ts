import { describe, expect, it } from 'vitest';
import { hostChangeText } from '../../../cli/host/change-text.ts';
import { type HostDaemon, readHostDaemon, WRAPPER_PATH } from '../../../transport/docker/host-daemon.ts';
import {
  planRemoval,
  planSetup,
  setUpHost,
  undoHostSetup,
  wrapperState,
} from '../../../transport/docker/host-setup.ts';
import { scriptText } from '../../../transport/door/script.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';

const wrapper = scriptText('docker-runtime');
const fresh: HostDaemon = {
  pid: 42,
  version: '26.1.5',
  configPath: '/etc/docker/daemon.json',
  config: '{\n  "debug": true\n}\n',
  runtimePath: undefined,
  wrapper: undefined,
  former: undefined,
};
const withOurs =
  '{\n  "debug": true,\n  "runtimes": {\n    "precopy": {\n      "path": "PATH"\n    }\n  }\n}\n';
const ready: HostDaemon = {
  ...fresh,
  config: withOurs.replace('PATH', WRAPPER_PATH),
  runtimePath: WRAPPER_PATH,
  wrapper,
  former: JSON.stringify({ daemonJson: fresh.config }),
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const scriptsRun = ({ commands }: FakeHost): readonly string[] =>
  commands.map(({ argv }) => (argv[0] === 'bash' ? String(argv[3]) : argv[0]));

/** A host where the script that changes Docker's configuration fails. */
const refusing = (): FakeHost =>
  fakeHost('b', ({ argv }) =>
    argv[3] === 'precopy-docker-daemon-configure' ? { exitCode: 1, stderr: 'no' } : undefined,
  );

describe('the facts of a host', () => {
  it('are read from the records of the script', async () => {
    const host = fakeHost('b', () => ({
      stdout: [
        'pid 42',
        'config /etc/docker/daemon.json',
        `config-content ${base64(ready.config ?? '')}`,
        `wrapper ${base64(wrapper)}`,
        `former ${base64(ready.former ?? '')}`,
        'version 26.1.5',
        'runtime runc runc',
        `runtime precopy ${WRAPPER_PATH}`,
        '',
      ].join('\n'),
    }));
    expect(await readHostDaemon(host)).toEqual(ready);
  });

  it.each([
    ['', /no dockerd runs on b/],
    ['pid 42\nconfig /x\nsilent Cannot connect to the Docker daemon\n', /does not answer: Cannot connect/],
  ])('are refused for %j', async (stdout, why) => {
    await expect(readHostDaemon(fakeHost('b', () => ({ stdout })))).rejects.toThrow(why);
  });

  it.each([
    [fresh, 'missing'],
    [{ ...fresh, wrapper }, 'missing'],
    [{ ...ready, wrapper: undefined }, 'missing'],
    [{ ...ready, runtimePath: '/elsewhere' }, 'missing'],
    [{ ...ready, wrapper: `${wrapper}#` }, 'outdated'],
    [ready, 'ready'],
  ])('include the state of the wrapper (%#)', (daemon, state) => {
    expect(wrapperState(daemon)).toBe(state);
  });
});

describe('a set-up', () => {
  it('has nothing to do on a host that is set up', () => {
    expect(planSetup(ready)).toBeUndefined();
  });

  it('writes the wrapper, changes the configuration, and shows both beforehand', async () => {
    const change = planSetup(fresh);
    if (change === undefined) throw new Error('nothing to do');
    expect(change).toMatchObject({ wrapper: 'write', config: { before: fresh.config, after: ready.config } });
    expect(hostChangeText('b', change).split('\n')).toEqual([
      'b (Docker 26.1.5):',
      `  write ${WRAPPER_PATH}`,
      '  change /etc/docker/daemon.json:',
      '      {',
      '    -   "debug": true',
      '    +   "debug": true,',
      '    +   "runtimes": {',
      '    +     "precopy": {',
      `    +       "path": "${WRAPPER_PATH}"`,
      '    +     }',
      '    +   }',
      '      }',
      '  make dockerd (42) read all of /etc/docker/daemon.json again, by SIGHUP; dockerd is not restarted',
    ]);
    const host = fakeHost('b');
    await setUpHost(host, change);
    expect(host.files.get(WRAPPER_PATH)).toEqual({ content: Buffer.from(wrapper), mode: 0o755 });
    expect(host.files.get('/etc/docker/daemon.json.precopy-new')?.content.toString()).toBe(ready.config);
    expect(scriptsRun(host)).toEqual(['mkdir', 'precopy-docker-daemon-configure']);
  });

  it('only replaces a wrapper of another version', async () => {
    const change = planSetup({ ...ready, wrapper: 'old' });
    expect(change).toMatchObject({ wrapper: 'replace', config: undefined });
  });

  it('makes Docker read a configuration that names the runtime already', () => {
    const change = planSetup({ ...ready, runtimePath: undefined });
    expect(change).toMatchObject({
      wrapper: undefined,
      config: { before: ready.config, after: ready.config },
    });
  });

  it('leaves no wrapper behind when Docker rejects the configuration', async () => {
    const change = planSetup(fresh);
    if (change === undefined) throw new Error('nothing to do');
    const host = refusing();
    await expect(setUpHost(host, change)).rejects.toThrow('no');
    expect(scriptsRun(host).slice(-2)).toEqual(['rm', 'rmdir']);
  });
});

describe('a removal', () => {
  it('has nothing to do on a host that is not set up', () => {
    expect(planRemoval(fresh)).toBeUndefined();
  });

  it('makes Docker read that there are no runtimes, then puts back the former configuration', async () => {
    const change = planRemoval(ready);
    expect(change).toMatchObject({
      wrapper: 'remove',
      config: { before: ready.config, after: fresh.config },
    });
    if (change === undefined) throw new Error('nothing to do');
    const host = fakeHost('b');
    await undoHostSetup(host, change);
    expect(scriptsRun(host)).toEqual([
      'precopy-docker-daemon-configure',
      'precopy-docker-daemon-configure',
      'rm',
      'rmdir',
    ]);
    expect(host.files.get('/etc/docker/daemon.json.precopy-new')?.content.toString()).toBe(fresh.config);
  });

  it('removes nothing when Docker rejects the configuration', async () => {
    const change = planRemoval(ready);
    if (change === undefined) throw new Error('nothing to do');
    const host = refusing();
    await expect(undoHostSetup(host, change)).rejects.toThrow('no');
    expect(scriptsRun(host)).toEqual(['precopy-docker-daemon-configure']);
  });

  it('is refused where the note of the former configuration is not JSON', () => {
    expect(() => planRemoval({ ...ready, former: '{' })).toThrow(
      'former.json does not have the content that precopy writes',
    );
  });

  it('removes a configuration that the set-up made', () => {
    const made = planSetup({ ...fresh, config: undefined })?.config?.after;
    const change = planRemoval({ ...ready, config: made, former: '{"daemonJson":null}' });
    expect(change?.config).toEqual({ before: made, after: undefined });
  });
});

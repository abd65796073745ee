import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type DockerSetting, dockerSetting, ID } from './docker-setting.ts';
import { eventually } from './eventually.ts';
import { atEnd, type StartedScript, startScript } from './start-script.ts';

interface Held {
  readonly setting: DockerSetting;
  readonly state: string;
  create(): Promise<StartedScript>;
  start(): Promise<StartedScript>;
  tell(...words: readonly string[]): Promise<unknown>;
}

const linux = {
  sysctl: {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'kernel.domainname': 'x',
    'net.ipv4.ping_group_range': '0 7',
  },
  cgroupsPath: '',
  namespaces: [{ type: 'mount' }, { type: 'network' }, { type: 'pid' }],
};

/** A container whose networks Docker attaches before it starts the container. */
const heldSetting = async (attach: 'parking' | 'cut-over', config: object = { linux }): Promise<Held> => {
  const setting = await dockerSetting();
  const { directory, parked, bundle, rootfs, variables } = setting;
  await writeFile(`${bundle}/config.json`, JSON.stringify({ root: { path: rootfs }, ...config }));
  await writeFile(`${directory}/attach`, `${attach}\n`);
  await writeFile(`${directory}/keeper`, `${process.pid}\n`);
  await writeFile(`${parked}/${ID}`, `${directory}\n`);
  const state = `${directory}/runc`;
  await mkdir(`${state}/${ID}`, { recursive: true });
  // The keeper has it open both ways: what nobody has read yet stays in it.
  const verdict = await open(`${directory}/verdict`, 'r+');
  atEnd(() => verdict.close());
  const run = (...args: readonly string[]): Promise<StartedScript> =>
    startScript('docker-runtime', ['--root', state, '--log', `${bundle}/log.json`, ...args], variables);
  return {
    setting,
    state,
    create: () => run('create', '--bundle', bundle, '--pid-file', `${bundle}/init.pid`, ID),
    start: () => run('start', ID),
    tell: (...words) => verdict.write(words.map((word) => `${word}\n`).join('')),
  };
};

const NETWORK = '/proc/self/ns/net';

/** The holder that `create` has left; ended with the tests. */
const holderOf = ({ setting: { bundle } }: Held): number => {
  const pid = Number(readFileSync(`${bundle}/init.pid`, 'utf8'));
  atEnd(() => {
    if (isAlive(pid)) process.kill(pid);
  });
  return pid;
};

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

const restoreCall = ({ setting: { bundle }, state }: Held): string =>
  `runc --root ${state} --log ${bundle}/log.json restore --file-locks --image-path /proc/self/fd/7/images/final ` +
  `--work-path /proc/self/fd/7/work/restore --bundle ${bundle} --pid-file /proc/self/fd/7/init.pid ${ID}`;

const calls = async ({ setting }: Held): Promise<readonly string[]> =>
  (await setting.calls()).map((call) => (call.includes(' restore ') ? call : (call.split(' ')[0] ?? '')));

describe('the holder of a container whose networks are attached before its start', () => {
  it('has a network namespace, parks in start, and becomes the restore', async () => {
    const held = await heldSetting('parking');
    expect((await (await held.create()).ended).exit.exitCode).toBe(0);
    const holder = holderOf(held);
    expect(readlinkSync(`/proc/${holder}/ns/net`)).not.toBe(readlinkSync(NETWORK));
    expect(await calls(held)).toEqual([]);

    const started = await held.start();
    await eventually(async () => expect(await calls(held)).toContain('umount'));
    await held.tell('restore', 'resume');
    expect((await started.ended).exit.exitCode).toBe(0);
    expect(await calls(held)).toEqual(['findmnt', 'umount', 'mount', restoreCall(held)]);
    expect(await readFile(held.setting.outcome, 'utf8')).toBe('running\n');
    // containerd has its number, and takes its end for the container's.
    expect(isAlive(holder)).toBe(true);
  });

  it('comes after the verdict where networks may only be attached at the cut-over', async () => {
    const held = await heldSetting('cut-over');
    const creating = await held.create();
    await eventually(async () => expect(await calls(held)).toContain('umount'));
    expect(existsSync(`${held.setting.bundle}/init.pid`)).toBe(false);
    await held.tell('restore', 'resume');
    expect((await creating.ended).exit.exitCode).toBe(0);
    holderOf(held);
    expect((await (await held.start()).ended).exit.exitCode).toBe(0);
    expect(await calls(held)).toEqual(['findmnt', 'umount', 'mount', restoreCall(held)]);
  });

  it("sets the network's kernel parameters, which runc does not at a restore", async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    const config = JSON.parse(await readFile(`${held.setting.bundle}/config.json`, 'utf8'));
    const holder = holderOf(held);
    expect(config.linux).toEqual({
      cgroupsPath: '',
      namespaces: [{ type: 'mount' }, { type: 'network', path: `/proc/${holder}/ns/net` }, { type: 'pid' }],
    });
    expect(await readFile(`${held.setting.directory}/sysctls`, 'utf8')).toBe(
      'net.ipv4.ip_unprivileged_port_start 0\nnet.ipv4.ping_group_range 0 7\n',
    );
  });

  it('does not come where a kernel parameter cannot be set', async () => {
    const sysctl = { 'net.ipv4.no_such_parameter': '1' };
    const held = await heldSetting('parking', { linux: { ...linux, sysctl } });
    const { exit } = await (await held.create()).ended;
    expect(exit).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        "cannot set net.ipv4.no_such_parameter in the container's network namespace",
      ),
    });
  });

  it('lets runc forget at the end that the network namespace came from elsewhere', async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    const path = `/proc/${holderOf(held)}/ns/net`;
    const stateFile = `${held.state}/${ID}/state.json`;
    await writeFile(stateFile, JSON.stringify({ config: { namespaces: [{ type: 'NEWNET', path }] } }));
    await held.tell('restore', 'resume');
    await (await held.start()).ended;
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toEqual({
      config: { namespaces: [{ type: 'NEWNET', path: '' }] },
    });
  });

  it('ends when the migration is called off', async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    const holder = holderOf(held);
    await held.tell('discard');
    expect((await (await held.start()).ended).exit).toMatchObject({
      exitCode: 1,
      stderr: 'precopy: the migration was called off\n',
    });
    await eventually(async () => expect(isAlive(holder)).toBe(false));
    expect(await calls(held)).toEqual(['findmnt', 'umount', 'mount']);
  });

  it('ends without a keeper, with which nobody could tell it to restore', async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    const holder = holderOf(held);
    await writeFile(`${held.setting.directory}/keeper`, `${2 ** 30}\n`);
    await eventually(async () => expect(isAlive(holder)).toBe(false));
    expect((await (await held.start()).ended).exit).toMatchObject({
      exitCode: 1,
      stderr: 'precopy: the holder is gone\n',
    });
  });

  it('ends with a container that Docker deletes before it starts it', async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    const holder = holderOf(held);
    const { variables } = held.setting;
    await (await startScript('docker-runtime', ['--root', held.state, 'delete', '--force', ID], variables))
      .ended;
    await eventually(async () => expect(isAlive(holder)).toBe(false));
    // What comes later is a start like any other.
    await (await held.start()).ended;
    expect((await held.setting.calls()).at(-1)).toMatch(/^runc .* start c0ffee$/);
  });

  it('fails the start when the restore fails, with what runc has said', async () => {
    const held = await heldSetting('parking');
    await (await held.create()).ended;
    holderOf(held);
    await held.tell('restore', 'discard');
    const { exit } = await (await held.start()).ended;
    expect(exit).toMatchObject({ exitCode: 1, stderr: '' });
    expect(await readFile(held.setting.outcome, 'utf8')).toBe('destroyed at post-restore\n');
  });

  it.each([
    [
      'a user namespace',
      { linux: { ...linux, namespaces: [{ type: 'user' }, { type: 'network' }] } },
      /user namespace/,
    ],
    [
      'the network of the host',
      { linux: { ...linux, namespaces: [{ type: 'mount' }] } },
      /no network namespace/,
    ],
  ])('does not come for a container in %s', async (_, config, why) => {
    const held = await heldSetting('parking', config);
    const { exit } = await (await held.create()).ended;
    expect(exit).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(why) });
    expect(existsSync(`${held.setting.bundle}/init.pid`)).toBe(false);
  });
});

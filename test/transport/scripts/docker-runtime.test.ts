import { access, mkdir, open, readdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { type DockerSetting, dockerSetting, ID } from './docker-setting.ts';
import { eventually } from './eventually.ts';
import { atEnd, type StartedScript, startScript } from './start-script.ts';

/** What containerd's shim adds to every command. */
const globals = ['--root', '/r', '--log-format', 'json', '--systemd-cgroup'];

const runtime = (
  { variables }: DockerSetting,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<StartedScript> => startScript('docker-runtime', args, { ...variables, ...more });

const createArgs = ({ bundle }: DockerSetting): readonly string[] => [
  ...globals,
  '--log',
  `${bundle}/log.json`,
  'create',
  '--bundle',
  bundle,
  '--pid-file',
  `${bundle}/init.pid`,
  ID,
];

interface Parked {
  readonly ended: StartedScript['ended'];
  tell(...words: readonly string[]): Promise<unknown>;
}

/** Notes a migration for the container, kept by the process `keeper`, and lets the wrapper create it. */
const park = async (setting: DockerSetting, keeper: number = process.pid): Promise<Parked> => {
  await writeFile(`${setting.parked}/${ID}`, `${setting.directory}\n`);
  await writeFile(`${setting.directory}/keeper`, `${keeper}\n`);
  // The keeper has it open both ways: what nobody has read yet stays in it.
  const verdict = await open(`${setting.directory}/verdict`, 'r+');
  atEnd(() => verdict.close());
  const { ended } = await runtime(setting, createArgs(setting));
  return { ended, tell: (...words) => verdict.write(words.map((word) => `${word}\n`).join('')) };
};

const mountCall = ({ rootfs }: DockerSetting): string =>
  `mount -i -t overlay -o rw,relatime,rw,lowerdir=l/A:l/B,upperdir=layer/diff,workdir=layer/work -- overlay ${rootfs}`;

describe('docker-runtime.sh', () => {
  it.each([
    [[]],
    [['--version']],
    [['features']],
    [[...globals, 'create']],
    [[...globals, 'create', '--bundle', '/b', ID]],
    [[...globals, 'start', ID]],
    [[...globals, 'exec', '--process', '/p with space', ID]],
    [[...globals, 'delete', '--force', '../parked/x']],
    [['--unknown', 'value', 'create', ID, '--trailing']],
  ])('is runc for all that is not parked: %j', async (args) => {
    const setting = await dockerSetting();
    expect((await (await runtime(setting, args)).ended).exit.exitCode).toBe(0);
    expect(await setting.calls()).toEqual([`runc ${args.join(' ')}`]);
  });

  it('takes the overlay away, waits, mounts the very same again and becomes the restore', async () => {
    const setting = await dockerSetting();
    await writeFile(`${setting.directory}/restore.flags`, '--tcp-established\n--lsm-profile=a b\n');
    const parked = await park(setting);
    await eventually(async () => expect(await setting.calls()).toContain(`umount -- ${setting.rootfs}`));
    await expect(access(setting.outcome)).rejects.toThrow('ENOENT');
    await parked.tell('restore', 'resume');
    expect((await parked.ended).exit.exitCode).toBe(0);
    const { directory, bundle } = setting;
    expect((await setting.calls()).slice(1)).toEqual([
      `umount -- ${setting.rootfs}`,
      mountCall(setting),
      `runc ${globals.join(' ')} --log ${bundle}/log.json restore --detach --no-subreaper --file-locks ` +
        `--tcp-established --lsm-profile=a b --image-path ${directory}/images/final ` +
        `--work-path ${directory}/work/restore --bundle ${bundle} --pid-file ${bundle}/init.pid ${ID}`,
    ]);
    expect(await readFile(setting.outcome, 'utf8')).toBe('running\n');
    // What the images were held against meanwhile.
    expect((await readFile(`${directory}/config.json`, 'utf8')).trim()).toBe(
      await readFile(`${bundle}/config.json`, 'utf8'),
    );
  });

  it('has nothing to start after a restore, once', async () => {
    const setting = await dockerSetting();
    const parked = await park(setting);
    await parked.tell('restore', 'resume');
    await parked.ended;
    const before = await setting.calls();
    await (await runtime(setting, [...globals, 'start', ID])).ended;
    expect(await setting.calls()).toEqual(before);
    // Whoever parked it may be gone.
    await expect(access(dirname(setting.parked))).rejects.toThrow('ENOENT');
    await (await runtime(setting, [...globals, 'start', ID])).ended;
    expect(await setting.calls()).toEqual([...before, `runc ${globals.join(' ')} start ${ID}`]);
  });

  it('knows of its restore where another one, which is over, has taken the empty directory away', async () => {
    const setting = await dockerSetting();
    const parked = await park(setting);
    await eventually(async () => expect(await setting.calls()).toContain(`umount -- ${setting.rootfs}`));
    await rmdir(setting.parked);
    await parked.tell('restore', 'resume');
    expect((await parked.ended).exit.exitCode).toBe(0);
    const before = await setting.calls();
    await (await runtime(setting, [...globals, 'start', ID])).ended;
    expect(await setting.calls()).toEqual(before);
  });

  it.each([
    ['--root', 'state'],
    ['--root=', 'state'],
    // As Docker says `/var/run`, where the kernel says `/run`.
    ['--root', 'link/state'],
  ])(
    'lets runc delete nothing that is still mounted where it keeps its state (%s %s)',
    async (option, named) => {
      const setting = await dockerSetting();
      const [state, files] = [`${setting.directory}/${named}`, `${setting.directory}/files`];
      await symlink('.', `${setting.directory}/link`);
      const mounted = `${state}/${ID}/criu-root`;
      for (const made of [mounted, files]) await mkdir(made, { recursive: true });
      await writeFile(`${files}/data`, 'kept');
      const host = localHost();
      await host.run({ argv: ['mount', '--bind', files, mounted] });
      atEnd(() => host.probe({ argv: ['umount', mounted] }));
      const root = option.endsWith('=') ? [`${option}${state}`] : [option, state];
      await (await runtime(setting, [...root, 'state', ID])).ended;
      expect(await readFile(`${mounted}/data`, 'utf8')).toBe('kept');
      const { PATH = '' } = setting.variables;
      // The mount is a real one here, and so is what takes it away.
      await rm(`${PATH.split(':')[0]}/umount`);
      expect((await (await runtime(setting, [...root, 'delete', '--force', ID])).ended).exit.exitCode).toBe(
        0,
      );
      expect(await readdir(mounted)).toEqual([]);
      expect(await readFile(`${files}/data`, 'utf8')).toBe('kept');
      expect(await setting.calls()).toContain(`runc ${[...root, 'delete', '--force', ID].join(' ')}`);
    },
  );

  it('fails with the overlay back and a word for Docker when called off, and parks no second time', async () => {
    const setting = await dockerSetting();
    const parked = await park(setting);
    await parked.tell('discard');
    expect((await parked.ended).exit).toMatchObject({
      exitCode: 1,
      stderr: 'precopy: the migration was called off\n',
    });
    expect((await setting.calls()).slice(1)).toEqual([`umount -- ${setting.rootfs}`, mountCall(setting)]);
    expect(JSON.parse(await readFile(`${setting.bundle}/log.json`, 'utf8'))).toMatchObject({
      level: 'error',
      msg: 'precopy: the migration was called off',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    await (await runtime(setting, createArgs(setting))).ended;
    expect((await setting.calls()).at(-1)).toBe(`runc ${createArgs(setting).join(' ')}`);
  });

  it('calls itself off when its keeper is gone', async () => {
    const setting = await dockerSetting();
    const parked = await park(setting, 2 ** 30);
    expect((await parked.ended).exit.exitCode).toBe(1);
    expect((await setting.calls()).at(-1)).toBe(mountCall(setting));
  });

  it('creates anew when the migration is gone', async () => {
    const setting = await dockerSetting();
    await rm(setting.directory, { recursive: true });
    await writeFile(`${setting.parked}/${ID}`, `${setting.directory}\n`);
    await (await runtime(setting, createArgs(setting))).ended;
    expect(await setting.calls()).toEqual([`runc ${createArgs(setting).join(' ')}`]);
    await expect(access(`${setting.parked}/${ID}`)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['no overlay is there', '', /no overlay is mounted at/],
    ['another file system is there', 'ext4 rw rw', /no overlay is mounted at/],
    ['it has no layers', 'overlay rw rw,upperdir=u', /cannot tell the layers/],
    ['a layer is not found', 'overlay rw rw,lowerdir=l/A:l/C', /there is no l\/C/],
  ])('leaves the root filesystem alone when %s', async (_, mounted, why) => {
    const setting = await dockerSetting();
    await writeFile(`${setting.parked}/${ID}`, `${setting.directory}\n`);
    const { exit } = await (await runtime(setting, createArgs(setting), { MOUNTED: mounted })).ended;
    expect(exit).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(why) });
    expect((await setting.calls()).map((call) => call.split(' ')[0])).toEqual(['findmnt']);
  });

  it('starts nothing anew when it does not know an option', async () => {
    const setting = await dockerSetting();
    await writeFile(`${setting.parked}/${ID}`, `${setting.directory}\n`);
    const { exit } = await (await runtime(setting, ['create', '--preserve-fds', '3', ID])).ended;
    expect(exit).toMatchObject({ exitCode: 1, stderr: 'precopy: cannot park with --preserve-fds\n' });
    expect(await setting.calls()).toEqual([]);
  });

  it.each([
    [
      '{"annotations":{"a":"\\"root\\":{\\"path\\":\\"/wrong\\"}"},"root":{"readonly":true,"path":"/x"}}',
      false,
    ],
    [
      '{"annotations":{"a":"\\"root\\":{\\"path\\":\\"/wrong\\"}"},"root":{"path":"PATH","readonly":true}}',
      true,
    ],
    ['{ "root": {\n "path": "PATH" } }', true],
  ])('finds the root filesystem in %s', async (config, found) => {
    const setting = await dockerSetting();
    await writeFile(`${setting.bundle}/config.json`, config.replace('PATH', setting.rootfs));
    const parked = await park(setting);
    await parked.tell('discard');
    await parked.ended;
    expect((await setting.calls()).includes(`umount -- ${setting.rootfs}`)).toBe(found);
  });
});

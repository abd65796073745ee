import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localHost } from '../../../transport/host/local-host.ts';
import { type DockerSetting, dockerSetting, ID } from './docker-setting.ts';
import { eventually } from './eventually.ts';
import { atEnd, type StartedScript, startScript } from './start-script.ts';

const park = async (setting: DockerSetting): Promise<StartedScript> => {
  const keeper = await startScript('parked-docker', [setting.directory, ID], setting.variables);
  await keeper.says('parked');
  return keeper;
};

/** As the source does, by way of hand-over.sh. */
const tellRestore = async ({ directory }: DockerSetting): Promise<void> => {
  await mkdir(`${directory}/claimed`);
  await writeFile(`${directory}/verdict`, 'restore\n');
};

const outcomeOf = ({ outcome }: DockerSetting): Promise<string> => readFile(outcome, 'utf8');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const listener = [
  'my $socket = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1);',
  '$| = 1; print fileno($socket), "\\n"; <STDIN>; close $socket; print "closed\\n"; <STDIN>',
].join(' ');

/** A process that listens at a socket, and lives on when it does no more. */
const listening = async (path: string): Promise<{ readonly at: string; stopsListening(): Promise<void> }> => {
  const process = await localHost().start({ argv: ['perl', '-MIO::Socket::UNIX', '-e', listener, path] });
  atEnd(() => process.kill('KILL'));
  const lines = process.lines[Symbol.asyncIterator]();
  const { value: number } = await lines.next();
  const { stdout: pid } = await localHost().run({ argv: ['pgrep', '-f', `^perl.* ${path}$`] });
  return {
    at: `/proc/${pid.trim()}/fd/${number}`,
    stopsListening: async () => {
      process.write('\n');
      await lines.next();
    },
  };
};

describe.concurrent('parked-docker.sh', () => {
  it('holds the processes once they exist, and lets them run on `resume`', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    await expect(outcomeOf(setting)).rejects.toThrow('ENOENT');
    await tellRestore(setting);
    await keeper.says('prepared');
    expect(await outcomeOf(setting)).toBe('started\n');
    keeper.write('resume\n');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
    expect(await outcomeOf(setting)).toBe('running\n');
    // Docker has it.
    await access(`${setting.directory}/started`);
    await expect(access(dirname(setting.parked))).rejects.toThrow('ENOENT');
  });

  it('does not take for started what Docker has ended with itself, once it answers again', async () => {
    const setting = await dockerSetting();
    await writeFile(`${setting.bundle}/restarting`, '');
    const keeper = await park({ ...setting, variables: { ...setting.variables, RUNNING: 'false' } });
    await tellRestore(setting);
    await keeper.says('prepared');
    keeper.write('resume\n');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 1']);
    // What it was made of must not be cleared away.
    await expect(access(`${setting.directory}/started`)).rejects.toThrow('ENOENT');
    const printed = await readFile(`${setting.directory}/start.out`, 'utf8');
    expect(printed).toContain('Docker does not have it running any more');
  });

  it('waits for a Docker that is being restarted to say that it has the container', async () => {
    const setting = await dockerSetting();
    await writeFile(`${setting.bundle}/restarting`, '');
    const keeper = await park(setting);
    await tellRestore(setting);
    await keeper.says('prepared');
    keeper.write('resume\n');
    expect((await keeper.ended).told.at(-1)).toBe('exit 0');
    await access(`${setting.directory}/started`);
    await expect(access(`${setting.bundle}/restarting`)).rejects.toThrow('ENOENT');
  });

  it.each(['', 'discard\n', 'resume\ndiscard\n'])(
    'is called off before `restore` by %j',
    async (farewell) => {
      const setting = await dockerSetting();
      const keeper = await park(setting);
      keeper.write(farewell);
      keeper.endInput();
      expect((await keeper.ended).told).toEqual(['parked', 'exit 1']);
      await expect(outcomeOf(setting)).rejects.toThrow('ENOENT');
      await expect(access(dirname(setting.parked))).rejects.toThrow('ENOENT');
      const printed = await readFile(`${setting.directory}/start.out`, 'utf8');
      expect(printed.trimEnd().split('\n').at(-1)).toContain('the migration was called off');
    },
  );

  it('has the processes ended on `discard`', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    await tellRestore(setting);
    await keeper.says('prepared');
    keeper.write('discard\n');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'exit 1']);
    expect(await outcomeOf(setting)).toBe('destroyed at post-restore\n');
    await expect(access(`${setting.directory}/started`)).rejects.toThrow('ENOENT');
    await expect(access(dirname(setting.parked))).rejects.toThrow('ENOENT');
  });

  it('keeps the processes stopped when the controller goes away, until somebody gives the verdict', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    await tellRestore(setting);
    await keeper.says('prepared');
    keeper.endInput();
    await pause(300);
    expect(await outcomeOf(setting)).toBe('started\n');
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
  });

  it('has nothing run for a Docker that is gone', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    await tellRestore(setting);
    await keeper.says('prepared');
    const asker = (await readFile(`${setting.directory}/asker`, 'utf8')).split(' ')[0] ?? '';
    process.kill(Number(asker), 'SIGKILL');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'exit 137']);
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    await eventually(async () => expect(await outcomeOf(setting)).toBe('destroyed at post-restore\n'));
    await expect(access(`${setting.directory}/resumed`)).rejects.toThrow('ENOENT');
  });

  it('has nothing run for a Docker that has been told to end: it does not listen any more', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    const dockerd = await listening(`${setting.directory}/docker.sock`);
    await writeFile(`${setting.directory}/listener`, `${dockerd.at}\n`);
    await tellRestore(setting);
    await keeper.says('prepared');
    await dockerd.stopsListening();
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await keeper.ended).told).toEqual(['parked', 'prepared', 'exit 1']);
    expect(await outcomeOf(setting)).toBe('destroyed at post-restore\n');
  });

  it('does not say of a copy that it is prepared when its Docker is gone', async () => {
    const setting = await dockerSetting();
    const keeper = await park(setting);
    const asker = (await readFile(`${setting.directory}/asker`, 'utf8')).split(' ')[0] ?? '';
    process.kill(Number(asker), 'SIGKILL');
    await tellRestore(setting);
    expect((await keeper.ended).told).toEqual(['parked', 'exit 137']);
    await eventually(async () => expect(await outcomeOf(setting)).toBe('destroyed at post-restore\n'));
    await expect(access(`${setting.directory}/prepared`)).rejects.toThrow('ENOENT');
  });

  it('starts no container of another runtime', async () => {
    const setting = await dockerSetting();
    const keeper = await startScript('parked-docker', [setting.directory, ID], {
      ...setting.variables,
      RUNTIME: 'runc',
    });
    const { told, exit } = await keeper.ended;
    expect(told).toEqual([]);
    expect(exit).toMatchObject({ exitCode: 1, stderr: `${ID} has the runtime runc, not precopy\n` });
    expect(await setting.calls()).toHaveLength(1);
  });

  it('passes on what Docker said when it cannot even park', async () => {
    const setting = await dockerSetting();
    const keeper = await startScript('parked-docker', [setting.directory, ID], {
      ...setting.variables,
      MOUNTED: '',
    });
    expect((await keeper.ended).told).toEqual(['exit 1']);
    await eventually(() => access(`${setting.directory}/start.out`));
    expect(await readFile(`${setting.directory}/start.out`, 'utf8')).toMatch(/no overlay is mounted at.*\n$/);
  });
});

describe('forget-parked.sh', () => {
  it("takes one container's marks away, and the directory when no other's are in it", async () => {
    const setting = await dockerSetting();
    for (const name of [ID, `${ID}.restored`, 'another']) await writeFile(`${setting.parked}/${name}`, '');
    const forget = async (id: string): Promise<void> => {
      await (await startScript('forget-parked', [id], setting.variables)).ended;
    };
    await forget(ID);
    expect(await readdir(setting.parked)).toEqual(['another']);
    await forget('another');
    await expect(access(dirname(setting.parked))).rejects.toThrow('ENOENT');
    await forget('another');
  });
});

import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../engine/model/plan.ts';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { scriptText } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { type Modules, modulePath, writeModules } from '../../../transport/link/modules.ts';
import { EVERYTHING, rsyncArgv } from '../../../transport/link/rsync.ts';
import { planFor } from '../plan.ts';
import { fixture, makeProgram, temporaryDirectory } from './start-script.ts';

const host = localHost();

/** A migration's directory on the destination, with the gate in it. */
const gated = async (): Promise<string> => {
  const directory = `${await temporaryDirectory()}/migration`;
  await mkdir(`${directory}/images/final`, { recursive: true });
  await writeFile(`${directory}/gate.sh`, scriptText('gate'));
  await writeFile(`${directory}/hand-over.sh`, 'echo "handed over $*"');
  return directory;
};

const ask = (directory: string, command: string): Promise<CommandOutput> =>
  host.probe({
    argv: [
      'env',
      `SSH_ORIGINAL_COMMAND=${command}`,
      'SSH_CONNECTION=192.0.2.1 5 192.0.2.2 22',
      'bash',
      `${directory}/gate.sh`,
    ],
  });

describe.concurrent('gate.sh', () => {
  it('lets through what a migration does, and tells where the source is', async () => {
    const directory = await gated();
    expect((await ask(directory, 'hand-over')).stdout).toBe('handed over \n');
    expect((await ask(directory, 'hand-over resume')).stdout).toBe('handed over resume\n');
    expect((await ask(directory, 'whence')).stdout).toBe('192.0.2.1\n');
  });

  it('counts what comes to measure the link, as long as it is told how much', async () => {
    const directory = await gated();
    const sending = (text: string): Promise<CommandOutput> =>
      host.probe({
        argv: ['env', 'SSH_ORIGINAL_COMMAND=measure', 'bash', `${directory}/gate.sh`],
        stdin: text,
      });
    expect((await sending(`3\nabc70000\n${'x'.repeat(70_000)}`)).stdout).toBe('3\n70000\n');
    for (const text of ['x[$(id >&2)]\nabc', '-c 5\nabc', '123456789\nabc', '']) {
      const { stdout, stderr } = await sending(text);
      expect(stdout + stderr).toBe('');
    }
  });

  it.each([
    '',
    'id',
    'sh',
    'hand-over; id',
    'hand-over\nid',
    'hand-over resume now',
    'hand-over $(touch HERE)',
    '$(touch HERE)',
    '`touch HERE`',
    'rsync --server --sender -logDtpr . /etc/',
    'rsync --server --daemon --config=/tmp/mine .',
    'rsync --server --daemon . /etc',
    'measure 1000',
    'receive-images /etc',
    'load-image; id',
    '*',
  ])('refuses %j and evaluates nothing of it', async (command) => {
    const directory = await gated();
    const before = await readdir(directory);
    const { exitCode, stdout, stderr } = await ask(
      directory,
      command.replace('HERE', `${directory}/touched`),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 126, stdout: '' });
    expect(stderr).toContain('good for nothing else');
    expect(await readdir(directory)).toEqual(before);
  });
});

interface Destination {
  readonly plan: Plan;
  readonly modules: Modules;
  readonly to: string;
  readonly from: string;
  /** What rsync reaches the gate with. */
  readonly shell: string;
  sync(from: string, to: string): Promise<CommandOutput>;
}

const root = (from: string, to: string) =>
  ({ kind: 'tree', from, to, exclude: [], seen: undefined, when: 'always' }) as const;

/** Files may go to one directory there, and rsync reaches it through the gate. */
const destination = async (): Promise<Destination> => {
  const directory = await gated();
  const base = await temporaryDirectory();
  const [from, to] = [`${base}/from`, `${base}/to it`];
  await mkdir(from);
  const plan = planFor({ kind: 'directory', path: '/r' }, { destinationDirectory: directory });
  const modules = await writeModules(host, plan, [root(from, to)]);
  const shell = `${base}/shell`;
  await makeProgram(
    shell,
    `#!/bin/bash\nexec env SSH_GATE='${directory}/gate.sh' SSH_CALLS=/dev/null '${fixture('bin/ssh')}' -- b "\${*:4}"`,
  );
  const sync = (source: string, target: string): Promise<CommandOutput> =>
    host.probe({
      argv: rsyncArgv({ root: root(source, target), shell, destination: 'root@b' }),
      stdin: EVERYTHING,
    });
  return { plan, modules, from, to, shell, sync };
};

describe.runIf(process.getuid?.() === 0)('rsync behind the gate', () => {
  it('writes into the directories that were named', async () => {
    const { from, to, modules, sync } = await destination();
    await writeFile(`${from}/file`, 'content');
    await symlink('/etc/passwd', `${from}/link`);
    const { exitCode, stderr } = await sync(from, modulePath(modules, to));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect((await readdir(to)).sort()).toEqual(['file', 'link']);
  });

  it('writes nowhere else, not by a path, a module or a link', async () => {
    const { from, to, modules, sync } = await destination();
    const outside = await temporaryDirectory();
    await writeFile(`${from}/file`, 'content');
    const inside = modulePath(modules, to);
    for (const target of [outside, `${inside}/../..${outside}`, `${inside}/way-out`, 'files-1']) {
      await rm(`${to}/way-out`, { recursive: true, force: true });
      await symlink(outside, `${to}/way-out`);
      await sync(from, target);
    }
    expect(await readdir(outside)).toEqual([]);
  });

  it('writes a single file, and none of its neighbours', async () => {
    const { plan, from, shell } = await destination();
    const there = await temporaryDirectory();
    const file = { ...root(`${from}/mine`, `${there}/one [file]`), kind: 'file' } as const;
    await writeFile(`${from}/mine`, 'content');
    await writeFile(`${there}/neighbour`, 'untouched');
    const modules = await writeModules(host, plan, [file]);
    const put = async (path: string): Promise<number> => {
      const to = modulePath(modules, path);
      return (await host.probe({ argv: rsyncArgv({ root: { ...file, to }, shell, destination: 'root@b' }) }))
        .exitCode;
    };
    expect(await put(file.to)).toBe(0);
    // A second time, as in every round.
    expect(await put(file.to)).toBe(0);
    await put(`${there}/neighbour`);
    await put(`${there}/new`);
    expect((await readdir(there)).sort()).toEqual(['neighbour', 'one [file]']);
    expect(await readFile(`${there}/one [file]`, 'utf8')).toBe('content');
    expect(await readFile(`${there}/neighbour`, 'utf8')).toBe('untouched');
  });

  it('gives nothing away', async () => {
    const { from, to, shell } = await destination();
    await writeFile(`${to}/secret`, 'secret');
    const fetched = await host.probe({ argv: ['rsync', '-a', '-e', shell, 'root@b::files-0/secret', from] });
    expect(fetched.exitCode).not.toBe(0);
    expect(await readdir(from)).toEqual([]);
  });

  it('is told of no directory that its configuration could take for another', async () => {
    const { plan } = await destination();
    for (const path of ['/a\n[all]\npath = /', '/a\\', '/a ', '/%HOME%']) {
      await expect(
        writeModules(
          { ...host, writeFile: async () => {}, run: async () => ({ exitCode: 0, stdout: '', stderr: '' }) },
          plan,
          [root('/x', path)],
        ),
      ).rejects.toThrow(/cannot contain this path/);
    }
  });
});

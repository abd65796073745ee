import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLabDirectory, labDirectory, labNames } from '../../../bench/lab/lab-directory.ts';
import type { LabRecord } from '../../../bench/lab/lab-record.ts';
import { untilRecorded } from '../../../bench/lab/process-record.ts';
import { identify, isAlive, type ProcessIdentity, self, untilGone } from '../../../bench/lab/processes.ts';
import { removeDeadLabs, removeLab } from '../../../bench/lab/remove-lab.ts';
import { processRecordOf } from '../../../bench/lab/run-host.ts';
import { startTethered, tetherArguments } from '../../../bench/lab/tether.ts';

const before = process.env['PRECOPY_LAB_DIR'];
let labs = '';

beforeAll(async () => {
  labs = await mkdtemp(join(tmpdir(), 'labs-'));
  process.env['PRECOPY_LAB_DIR'] = labs;
});
afterAll(async () => {
  if (before === undefined) delete process.env['PRECOPY_LAB_DIR'];
  else process.env['PRECOPY_LAB_DIR'] = before;
  await rm(labs, { recursive: true, force: true });
});

const record = (name: string, more: Partial<LabRecord> = {}): LabRecord => ({
  version: 2,
  name,
  image: '/nonexistent',
  suite: 'trixie',
  accelerator: 'tcg',
  ...more,
});

const sleeper = async () => {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('sleep did not start');
  return { child, identity };
};

/** A process that stands for a host. */
const host = async (directory: string, name: 'a' | 'b', owner?: ProcessIdentity) => {
  const path = processRecordOf(directory, name);
  const tied = owner === undefined ? {} : { owner: { process: owner, removeWithIt: directory } };
  const argv = ['sh', '-c', 'sleep 300 & wait'] as const;
  startTethered({ argv, record: path, ...tied }, { cwd: directory, env: {}, output: 1 });
  return untilRecorded(path);
};

/** Whether nothing is left of a command and all it started; nobody may have asked after the dead yet. */
const isGroupGone = async ({ pid }: ProcessIdentity): Promise<boolean> => {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = processes.map((process) => readFile(`/proc/${process}/stat`, 'utf8').catch(() => ''));
  return !(await Promise.all(stats)).some((stat) => {
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(group) === pid && state !== 'Z';
  });
};

describe('a lab whose owner was killed', () => {
  it('ends by itself, with its folder', async () => {
    const owner = await sleeper();
    const directory = await createLabDirectory(record('owned', { owner: owner.identity }));
    const a = await host(directory, 'a', owner.identity);
    const b = await host(directory, 'b', owner.identity);
    owner.child.kill('SIGKILL');
    expect(await untilGone([a.command, b.command, a.tether, b.tether], 5000)).toBe(true);
    expect(await Promise.all([a.command, b.command].map(isGroupGone))).toEqual([true, true]);
    expect(existsSync(directory)).toBe(false);
  });

  it('is removed by the next one to start a lab, if it was not yet tied', async () => {
    const owner = await sleeper();
    const directory = await createLabDirectory(record('early', { owner: owner.identity }));
    expect(await removeDeadLabs()).toEqual([]);
    owner.child.kill('SIGKILL');
    await once(owner.child, 'exit');
    expect(await removeDeadLabs()).toEqual(['early']);
    expect(existsSync(directory)).toBe(false);
  });

  it('is removed, with its processes, if it was only being started', async () => {
    const starter = await sleeper();
    const directory = await createLabDirectory(record('half', { starter: starter.identity }));
    const { command, tether } = await host(directory, 'a');
    starter.child.kill('SIGKILL');
    await once(starter.child, 'exit');
    expect(await removeDeadLabs()).toEqual(['half']);
    expect(await untilGone([command, tether], 0)).toBe(true);
  });
});

describe('a lab that nobody owns', () => {
  it('stays, until it is taken down', async () => {
    const directory = await createLabDirectory(record('kept'));
    const { command, tether } = await host(directory, 'a');
    expect(await removeDeadLabs()).toEqual([]);
    expect(await labNames()).toContain('kept');
    expect(await isAlive(command)).toBe(true);
    await removeLab(directory);
    expect(await untilGone([command, tether], 0)).toBe(true);
    expect(await isGroupGone(command)).toBe(true);
    expect(existsSync(directory)).toBe(false);
  });

  it('does not take others with it that came to have the numbers of its processes', async () => {
    const directory = await createLabDirectory(record('old'));
    const { identity } = await sleeper();
    const line = `${identity.pid} ${Number(identity.startTime) - 1}\n`;
    await writeFile(processRecordOf(directory, 'a'), `${line}${line}`);
    await removeLab(directory);
    expect(await isAlive(identity)).toBe(true);
  });

  it('keeps its name to itself', async () => {
    const directory = await createLabDirectory(record('single'));
    await expect(createLabDirectory(record('single'))).rejects.toThrow('lab single exists already');
    await removeLab(directory);
  });
});

describe('a command of a build', () => {
  it('passes on its output and its exit code', async () => {
    const child = spawn('sh', [...tetherArguments({ argv: ['sh', '-c', 'echo said; exit 3'] })]);
    const [[output], [code]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect({ output: String(output), code }).toEqual({ output: 'said\n', code: 3 });
  });

  it('ends with all it started when it is asked to', async () => {
    const directory = await mkdtemp(join(labs, '.step-'));
    const path = join(directory, 'record');
    const owner = { process: await self(), removeWithIt: directory };
    const argv = ['sh', '-c', 'sleep 300 & echo started; wait'] as const;
    const child = spawn('sh', [...tetherArguments({ argv, record: path, owner })]);
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    const { command } = await untilRecorded(path);
    child.kill('SIGTERM');
    await exited;
    await expect.poll(() => isGroupGone(command)).toBe(true);
    // Its owner lives, and may want what is there.
    expect(existsSync(directory)).toBe(true);
  });
});

describe('the name of a lab', () => {
  it.each(['', '../x', 'a/b', '-x', 'A', 'a b', 'x'.repeat(33)])('is not %j', (name) => {
    expect(() => labDirectory(name)).toThrow(/cannot be a lab's name/);
  });

  it('is part of its folder', () => {
    expect(labDirectory('dev-2')).toBe(join(labs, 'dev-2'));
  });

  it('is refused where others could have made the folder', async () => {
    process.env['PRECOPY_LAB_DIR'] = join(labs, 'shared');
    await mkdir(join(labs, 'shared'));
    await chmod(join(labs, 'shared'), 0o777);
    await expect(createLabDirectory(record('x'))).rejects.toThrow(/only you can write to/);
    process.env['PRECOPY_LAB_DIR'] = labs;
  });
});

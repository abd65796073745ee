import { spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { countPages } from '../../../transport/profile/count-pages.ts';
import { eventually } from './eventually.ts';
import { atEnd, fixture, type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const host = localHost();
atEnd(() => host.close());

/** A process to watch: its number and when it began. */
const watched = async (): Promise<readonly [number, string]> => {
  const process = spawn('sleep', ['1000']);
  atEnd(() => process.kill('SIGKILL'));
  const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8');
  return [process.pid ?? 0, stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[19] ?? ''];
};

/** Where the kernel tracks nothing, a stand-in for dd says what it would. */
const standIn = { PATH: `${fixture('soft-dirty')}${delimiter}${process.env['PATH']}` };

interface Profiling {
  readonly script: StartedScript;
  readonly directory: string;
}

const profile = async (...windows: readonly number[]): Promise<Profiling> => {
  const directory = `${await temporaryDirectory()}/precopy/shop`;
  const script = await startScript(
    'dirty-profile',
    [directory, ...(await watched()), '', ...windows],
    standIn,
  );
  return { script, directory };
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const isHeld = async ({ directory }: Profiling): Promise<void> => {
  await eventually(() => access(`${directory}/migration`));
};

const isLeft = async ({ directory }: Profiling): Promise<void> => {
  await eventually(async () => expect(await isThere(directory)).toBe(false));
};

describe.concurrent('dirty-profile.sh', () => {
  it('looks as often as it was asked to, says when, and leaves nothing', async () => {
    const profiling = await profile(50, 100, 300);
    const { told, exit } = await profiling.script.ended;
    expect(exit).toMatchObject({ exitCode: 0, stderr: '' });
    const [clear, ...looks] = told;
    expect(clear).toMatch(/^clear \d+ \d+$/);
    expect(looks.at(-1)).toBe('all looked');
    const entries = looks.filter((line) => !line.includes(' '));
    expect(entries.length).toBeGreaterThan(0);
    expect(looks.filter((line) => /^looked \d+ \d+$/.test(line))).toHaveLength(entries.length);
    const { present, dirty } = await countPages(entries.slice(0, 1));
    expect(present).toBe(dirty * 2);
    expect(dirty).toBeGreaterThan(0);
    expect(await isThere(profiling.directory)).toBe(false);
    expect(await isThere(profiling.directory.replace(/\/shop$/, ''))).toBe(false);
  });

  it('stops at the end of its input, and leaves nothing', async () => {
    const profiling = await profile(100_000);
    await isHeld(profiling);
    profiling.script.endInput();
    const { told, exit } = await profiling.script.ended;
    expect(exit.exitCode).toBe(0);
    expect(told).not.toContain('all looked');
    await isLeft(profiling);
  });

  it.each(['TERM', 'HUP', 'INT'])('leaves nothing when it is ended by SIG%s', async (signal) => {
    const profiling = await profile(100_000);
    await isHeld(profiling);
    await eventually(async () => expect(profiling.script.told.join()).toMatch(/^clear/));
    const owner = await readFile(`${profiling.directory}/migration`, 'utf8');
    process.kill(Number(owner.replace('profile-', '')), `SIG${signal}`);
    await profiling.script.ended;
    expect(await isThere(profiling.directory)).toBe(false);
  });

  it('keeps migrations and other profiles away while it works', async () => {
    const profiling = await profile(100_000);
    await isHeld(profiling);
    const make = scriptArgv('make-source-directory', profiling.directory, 'm1', 'me');
    expect((await host.probe({ argv: make })).exitCode).toBe(18);
    const again = await host.probe({
      argv: scriptArgv('dirty-profile', profiling.directory, 1, '1', '', 100),
    });
    expect(again).toMatchObject({ exitCode: 18, stdout: '' });
    expect(again.stderr).not.toContain('clears it up');
    expect(await readdir(profiling.directory)).toEqual(['migration']);
    profiling.script.endInput();
    await profiling.script.ended;
  });

  it('touches nothing while a migration is under way', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await host.run({ argv: scriptArgv('make-source-directory', directory, 'm1', 'me') });
    const before = await readdir(directory);
    const script = await startScript('dirty-profile', [directory, ...(await watched()), '', 100], standIn);
    const { told, exit } = await script.ended;
    expect([exit.exitCode, told]).toEqual([17, []]);
    expect(await readdir(directory)).toEqual(before);
  });

  it('says what to do with what one has left that was killed', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await mkdir(directory);
    await writeFile(`${directory}/migration`, 'profile-99999999\n');
    const { exitCode, stderr } = await host.probe({
      argv: scriptArgv('make-source-directory', directory, 'm1', 'me'),
    });
    expect(exitCode).toBe(18);
    expect(stderr).toContain(`rm -r ${directory} clears it up`);
  });

  it('does not take another process with the same number for the one that was meant', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    const [pid] = await watched();
    const script = await startScript('dirty-profile', [directory, pid, '1', '', 100], standIn);
    const { told, exit } = await script.ended;
    expect([exit.exitCode, told]).toEqual([20, []]);
    expect(await isThere(directory)).toBe(false);
  });

  it('asks the kernel whether it tracks anything, before it believes what it sees', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    const script = await startScript('dirty-profile', [directory, ...(await watched()), '', 100]);
    const { told, exit } = await script.ended;
    // This very machine may do either.
    if (exit.exitCode === 0) expect(told).toContain('all looked');
    else expect([exit.exitCode, told]).toEqual([19, []]);
    expect(await isThere(directory)).toBe(false);
  });
});

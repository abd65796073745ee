import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { type StartedScript, startScript, temporaryDirectory } from './start-script.ts';

const make = (directory: string, migration: string): Promise<CommandOutput> =>
  localHost().probe({ argv: scriptArgv('make-source-directory', directory, migration, 'desk, process 7') });

/** A migration's directory whose owner wrote himself down so many seconds ago. */
const made = async (seconds = 0): Promise<string> => {
  const directory = `${await temporaryDirectory()}/shop`;
  await make(directory, 'm1');
  const then = Date.now() / 1000 - seconds;
  await utimes(`${directory}/owner`, then, then);
  return directory;
};

const hold = async (directory: string, cgroup = '', silence = '60'): Promise<StartedScript> => {
  const holder = await startScript('hold-lock', [directory, cgroup], { PRECOPY_SILENCE: silence });
  await holder.says('held');
  return holder;
};

describe.concurrent('hold-lock.sh', () => {
  it('shows a migration as live for as long as somebody stands behind it', async () => {
    const directory = await made(200);
    const holder = await hold(directory);
    const held = await make(directory, 'm2');
    expect(held).toMatchObject({ exitCode: 17 });
    expect(held.stderr).toMatch(/^migration m1\nowner desk, process 7\nage 20\d\nlive\n$/m);
    holder.endInput();
    await holder.ended;
    expect((await make(directory, 'm2')).stderr).toMatch(/age 20\d\n$/);
  });

  it('takes a migration that was only just begun for live', async () => {
    expect((await make(await made(), 'm2')).stderr).toMatch(/live\n$/);
  });

  it('lets go when its process is killed', async () => {
    const directory = await made(200);
    const holder = await hold(directory);
    await holder.kill();
    await holder.ended;
    expect((await make(directory, 'm2')).stderr).not.toContain('live');
  });

  it('gives up on somebody who says nothing any more, not on one who beats', async () => {
    const holder = await hold(await made(), '', '3');
    for (let beat = 0; beat < 3; beat += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1200));
      holder.write('beat\n');
    }
    const silent = performance.now();
    expect((await holder.ended).exit.exitCode).toBe(0);
    expect(performance.now() - silent).toBeGreaterThan(2500);
  });

  it('keeps another migration from the same container, wherever that has its images', async () => {
    const cgroup = await temporaryDirectory();
    const holder = await hold(await made(), cgroup);
    const other = await startScript('hold-lock', [await made(), cgroup]);
    expect((await other.ended).exit.exitCode).toBe(17);
    holder.endInput();
    await holder.ended;
    (await hold(await made(), cgroup)).endInput();
  });

  it('ends once the directory is gone', async () => {
    const directory = await made();
    const holder = await hold(directory);
    await rm(directory, { recursive: true });
    holder.write('beat\n');
    await holder.ended;
  });

  it('holds the directory alone where the container has no one cgroup', async () => {
    const directory = await made(200);
    const holder = await hold(directory, `${directory}/none`);
    expect((await make(directory, 'm2')).stderr).toMatch(/live\n$/);
    holder.endInput();
    await holder.ended;
  });

  it('tells nothing of a directory nobody owns', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await mkdir(directory);
    await writeFile(`${directory}/owner`, '');
    expect(await make(directory, 'm2')).toMatchObject({
      exitCode: 17,
      stderr: expect.not.stringContaining('migration '),
    });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CommandOutput } from '../../../engine/ports/host.ts';
import type { ScriptName, ScriptValues } from '../../../transport/door/catalogue.ts';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { newestErrors } from '../../../transport/keeper/criu-log.ts';
import { atEnd, makeProgram, temporaryDirectory } from './start-script.ts';

const run = <Name extends ScriptName>(name: Name, ...values: ScriptValues<Name>): Promise<CommandOutput> =>
  localHost().probe({ argv: scriptArgv(name, ...values) });

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe.concurrent('make-source-directory.sh', () => {
  it('makes a directory nobody else can look into, with the FIFOs of the hold', async () => {
    const directory = `${await temporaryDirectory()}/precopy/shop`;
    expect(await run('make-source-directory', directory, 'm1', 'me')).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect((await readdir(directory)).sort()).toEqual([
      'events',
      'images',
      'migration',
      'owner',
      'verdict',
      'work',
    ]);
    expect(await modeOf(directory)).toBe(0o700);
    for (const fifo of ['events', 'verdict']) {
      expect((await stat(`${directory}/${fifo}`)).isFIFO()).toBe(true);
      expect(await modeOf(`${directory}/${fifo}`)).toBe(0o600);
    }
  });

  it('says with its exit code that a migration is under way, and leaves that one alone', async () => {
    const directory = `${await temporaryDirectory()}/shop`;
    await run('make-source-directory', directory, 'm1', 'me');
    await writeFile(`${directory}/images/kept`, '');
    expect((await run('make-source-directory', directory, 'm1', 'me')).exitCode).toBe(17);
    expect(await readdir(`${directory}/images`)).toEqual(['kept']);
  });

  it('does not take any other failure for a migration under way', async () => {
    const directory = await temporaryDirectory();
    await writeFile(`${directory}/file`, '');
    expect((await run('make-source-directory', `${directory}/file/shop`, 'm1', 'me')).exitCode).not.toBe(17);
    // A name longer than a file may have.
    expect(
      (await run('make-source-directory', `${directory}/${'x'.repeat(300)}`, 'm1', 'me')).exitCode,
    ).not.toBe(17);
  });
});

describe.concurrent('make-destination-directory.sh', () => {
  it('notes whether images outlive a loss of power where it is', async () => {
    const inMemory = await mkdtemp('/dev/shm/precopy-test-');
    atEnd(() => rm(inMemory, { recursive: true }));
    for (const base of [inMemory, await temporaryDirectory()]) {
      const { stdout } = await localHost().run({ argv: ['stat', '-fc', '%T', base] });
      await run('make-destination-directory', `${base}/shop`, 'm1');
      expect((await readdir(`${base}/shop`)).includes('on-disk')).toBe(stdout.trim() !== 'tmpfs');
    }
    expect(await readdir(`${inMemory}/shop`)).not.toContain('on-disk');
  });

  it("makes the migration's directory for us alone, and those of the files for the container", async () => {
    const base = await temporaryDirectory();
    const [directory, bundle, upper] = [`${base}/run/shop`, `${base}/containers/a b`, `${base}/layers/u`];
    const { exitCode } = await run('make-destination-directory', directory, 'm1', bundle, upper);
    expect(exitCode).toBe(0);
    expect(await modeOf(directory)).toBe(0o700);
    expect(await readdir(`${directory}/images`)).toEqual(['final']);
    expect(await readdir(`${directory}/work`)).toEqual(['restore']);
    expect(await modeOf(bundle)).toBe(0o755);
    expect(await modeOf(upper)).toBe(0o755);
  });

  it('says with its exit code that a migration is under way, and leaves that one alone', async () => {
    const base = await temporaryDirectory();
    const [directory, bundle] = [`${base}/shop`, `${base}/bundle`];
    await mkdir(bundle);
    expect((await run('make-destination-directory', directory, 'm1', bundle)).exitCode).toBe(0);
    await writeFile(`${directory}/images/final/kept`, '');
    expect((await run('make-destination-directory', directory, 'm1', bundle)).exitCode).toBe(17);
    expect(await readdir(`${directory}/images/final`)).toEqual(['kept']);
  });

  it('takes back what it made when it cannot make all, and nothing else', async () => {
    const base = await temporaryDirectory();
    await writeFile(`${base}/file`, "somebody else's");
    const files = [`${base}/new/bundle`, `${base}/file/in/the/way`];
    const { exitCode } = await run('make-destination-directory', `${base}/shop`, 'm1', ...files);
    expect(exitCode).not.toBe(0);
    expect(exitCode).not.toBe(17);
    expect(await readdir(base)).toEqual(['file']);
    expect(await readFile(`${base}/file`, 'utf8')).toBe("somebody else's");
  });
});

describe.concurrent('discard-destination.sh', () => {
  it('takes back every directory that was made, with all in it, up to what was there before', async () => {
    const base = await temporaryDirectory();
    await mkdir(`${base}/there/before`, { recursive: true });
    await writeFile(`${base}/there/before/file`, '');
    const files = [`${base}/there/new/deep/bundle`, `${base}/there/before`, `${base}/odd \n'name/upper`];
    const directory = `${base}/shop`;
    expect((await run('make-destination-directory', directory, 'm1', ...files)).exitCode).toBe(0);
    for (const path of files) await writeFile(`${path}/come over`, '');
    for (const _ of ['once', 'twice']) {
      expect(await run('discard-destination', directory)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect((await readdir(base)).sort()).toEqual(['shop', 'there']);
    expect(await readdir(`${base}/there`)).toEqual(['before']);
    expect((await readdir(`${base}/there/before`)).sort()).toEqual(['come over', 'file']);
  });

  it('ends the receiver of a link that died', async () => {
    const directory = await temporaryDirectory();
    const receiver = spawn('sleep', ['1000']);
    const stat = await readFile(`/proc/${receiver.pid}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[19];
    await writeFile(`${directory}/receiver`, `${receiver.pid} ${start}\n`);
    const exit = once(receiver, 'exit');
    atEnd(() => receiver.kill('SIGKILL'));
    await run('discard-destination', directory);
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('lets a process live that only has the number of the receiver', async () => {
    const directory = await temporaryDirectory();
    const other = spawn('sleep', ['1000']);
    const exit = once(other, 'exit');
    await writeFile(`${directory}/receiver`, `${other.pid} 1\n`);
    await run('discard-destination', directory);
    other.kill('SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('is content where nothing has happened yet', async () => {
    const { exitCode, stderr } = await run('discard-destination', `${await temporaryDirectory()}/none`);
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe.concurrent('remove-directory.sh', () => {
  it('removes the directory and ours above it, once that is empty; twice is as good as once', async () => {
    const base = await temporaryDirectory();
    await run('make-source-directory', `${base}/precopy/one`, 'm1', 'me');
    await run('make-source-directory', `${base}/precopy/two`, 'm1', 'me');
    expect((await run('remove-directory', `${base}/precopy/one`, 'm1')).exitCode).toBe(0);
    expect(await readdir(`${base}/precopy`)).toEqual(['two']);
    for (const _ of ['once', 'twice']) {
      expect(await run('remove-directory', `${base}/precopy/two`, 'm1')).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
    }
    expect(await readdir(base)).toEqual([]);
  });

  it.each([
    ['remove-directory', ['m1']],
    ['forget-restore', []],
  ] as const)(
    'takes away what a killed criu has left mounted, not what is in it: %s',
    async (script, more) => {
      const [base, cgroups] = [await temporaryDirectory(), await temporaryDirectory()];
      const directory = `${base}/shop`;
      await run('make-destination-directory', directory, 'm1');
      await writeFile(`${directory}/images/final/inventory.img`, '');
      await writeFile(`${cgroups}/kept`, '');
      const yard = `${directory}/work/restore/.criu.cgyard.x/unified`;
      await mkdir(yard, { recursive: true });
      await localHost().run({ argv: ['mount', '--bind', cgroups, yard] });
      expect(await run(script, directory, ...more)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await readdir(cgroups)).toEqual(['kept']);
      expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(directory);
      const left = script === 'remove-directory' ? readdir(base) : readdir(`${directory}/work/restore`);
      expect(await left).toEqual([]);
    },
  );

  it('leaves a directory alone that another migration has made since', async () => {
    const directory = `${await temporaryDirectory()}/precopy/shop`;
    await run('make-source-directory', directory, 'm2', 'me');
    expect(await run('remove-directory', directory, 'm1')).toMatchObject({ exitCode: 0 });
    expect((await readdir(directory)).length).toBeGreaterThan(0);
  });

  it('leaves the directory above alone when it is not ours', async () => {
    const base = await temporaryDirectory();
    await run('make-source-directory', `${base}/images/shop`, 'm1', 'me');
    await run('remove-directory', `${base}/images/shop`, 'm1');
    expect(await readdir(base)).toEqual(['images']);
  });
});

describe.concurrent('newest-log.sh', () => {
  it('prints the log that was written last, wherever it lies', async () => {
    const base = await temporaryDirectory();
    const logs = [
      ['0', 'dump.log', '(1) Error (old)\n', 1000],
      ['final dump', 'dump.log', '(2) fine\n(3) Error (criu/mem.c:1): new\n', 3000],
      ['1', 'dump.log', '(1) Error (older)\n', 2000],
    ] as const;
    for (const [folder, name, text, time] of logs) {
      await mkdir(`${base}/${folder}`);
      await writeFile(`${base}/${folder}/${name}`, text);
      await utimes(`${base}/${folder}/${name}`, time, time);
    }
    expect((await run('newest-log', base)).stdout).toBe(
      await readFile(`${base}/final dump/dump.log`, 'utf8'),
    );
    expect(await newestErrors(localHost(), base)).toEqual(['(3) Error (criu/mem.c:1): new']);
  });

  it('prints nothing where there is no log, nor a directory', async () => {
    const base = await temporaryDirectory();
    expect(await run('newest-log', base)).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await newestErrors(localHost(), `${base}/none`)).toEqual([]);
  });
});

describe.concurrent('forget-container.sh', () => {
  it('unmounts what a killed runc has left mounted before runc removes its state, and all that is in it', async () => {
    const [root, rootfs, bin] = await Promise.all([1, 2, 3].map(temporaryDirectory));
    await writeFile(`${rootfs}/kept`, '');
    await mkdir(`${root}/shop/criu-root`, { recursive: true });
    await localHost().run({ argv: ['mount', '--bind', `${rootfs}`, `${root}/shop/criu-root`] });
    // As runc does, which looks at nothing.
    await makeProgram(`${bin}/runc`, '#!/bin/sh\nrm -rf -- "$2/$6"\n');
    const argv = [
      'env',
      `PATH=${bin}:${process.env['PATH']}`,
      ...scriptArgv('forget-container', `${root}`, 'shop'),
    ] as const;
    expect(await localHost().probe({ argv })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readdir(`${root}`)).toEqual([]);
    expect(await readdir(`${rootfs}`)).toEqual(['kept']);
  });

  it('fails when runc does not', async () => {
    const [root, bin] = await Promise.all([1, 2].map(temporaryDirectory));
    await mkdir(`${root}/shop`);
    await makeProgram(`${bin}/runc`, '#!/bin/sh\nexit 0\n');
    const argv = [
      'env',
      `PATH=${bin}:${process.env['PATH']}`,
      ...scriptArgv('forget-container', `${root}`, 'shop'),
    ] as const;
    expect(await localHost().probe({ argv })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/shop/),
    });
  });
});

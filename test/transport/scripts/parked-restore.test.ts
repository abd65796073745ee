import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { park, pause, prepared, read, tellRestore } from './destination-setting.ts';
import { startScript } from './start-script.ts';

describe.concurrent('parked-restore.sh', () => {
  it('does nothing before it is told to restore', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await pause(100);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    parked.endInput();
    await parked.ended;
  });

  it.each(['', 'discard\n'])('ends without a trace when called off before it (%j)', async (farewell) => {
    const setting = await prepared();
    const parked = await park(setting);
    parked.write(farewell);
    parked.endInput();
    expect(await parked.ended).toMatchObject({ told: ['parked'], exit: { exitCode: 0 } });
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });

  it('holds the processes once they exist, and lets them run on `resume`', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    expect(await read(setting.outcome)).toBe('started\n');
    parked.write('resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
    expect(await read(setting.outcome)).toBe('running\n');
    // The runtime has it.
    await read(`${setting.directory}/started`);
  });

  it('is not prepared before images on a disk, and the files, are sure to be there', async () => {
    const setting = await prepared();
    await writeFile(`${setting.directory}/on-disk`, '');
    await writeFile(`${setting.directory}/rsyncd.conf`, `[files-0]\npath = ${setting.directory}/not there\n`);
    const parked = await park(setting);
    await tellRestore(setting);
    expect((await parked.ended).told).not.toContain('prepared');
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
  });

  it('passes on whole what is said just before the end', async () => {
    const { directory } = await prepared();
    const setting = { directory };
    const say = 'for each in {1..500}; do echo "event $each"; done >"$0/events"';
    const parked = await startScript('parked-restore', [directory, '', 'bash', '-c', say, directory]);
    await tellRestore(setting);
    const events = Array.from({ length: 500 }, (_, index) => `event ${index + 1}`);
    expect((await parked.ended).told).toEqual(['parked', ...events, 'exit 0']);
  });

  it('has the processes ended on `discard`', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    parked.write('discard\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'exit 1']);
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
    await expect(read(`${setting.directory}/started`)).rejects.toThrow('ENOENT');
  });

  it('remembers a `discard` that comes before the processes exist', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    parked.write('discard\n');
    parked.endInput();
    expect((await parked.ended).told.at(-1)).toBe('exit 1');
    expect(await read(setting.outcome)).toBe('destroyed at post-restore\n');
  });

  it('takes no restore once it was called off, and no end of input for a reason once it was asked for one', async () => {
    const off = await prepared();
    const parked = await park(off);
    parked.endInput();
    await parked.ended;
    await expect(mkdir(`${off.directory}/claimed`)).rejects.toThrow('EEXIST');
    const asked = await prepared();
    const other = await park(asked);
    await mkdir(`${asked.directory}/claimed`);
    other.endInput();
    await pause(200);
    expect(other.told).toEqual(['parked']);
    await writeFile(`${asked.directory}/verdict`, 'restore\n');
    await other.says('prepared');
    await writeFile(`${asked.directory}/verdict`, 'discard\n');
    await other.ended;
  });

  it('takes no `resume` for a restore that nobody asked for', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    parked.write('resume\n');
    await pause(200);
    expect(parked.told).toEqual(['parked']);
    await tellRestore(setting);
    await parked.says('prepared');
    await pause(100);
    expect(await read(setting.outcome)).toBe('started\n');
    parked.write('discard\n');
    await parked.ended;
  });

  it('writes down that the processes may run, before they do', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    await read(`${setting.directory}/prepared`);
    await expect(read(`${setting.directory}/resumed`)).rejects.toThrow('ENOENT');
    parked.write('resume\n');
    await parked.ended;
    await read(`${setting.directory}/resumed`);
  });

  it('keeps the processes stopped when the controller goes away, until somebody gives the verdict', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    parked.endInput();
    await pause(300);
    expect(await read(setting.outcome)).toBe('started\n');
    expect(parked.told).toEqual(['parked', 'prepared']);
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
  });

  it('passes on why a restore failed by itself', async () => {
    const { directory } = await prepared();
    const setting = { directory };
    const parked = await startScript('parked-restore', [directory, '', 'sh', '-c', 'echo why >&2; exit 9']);
    await tellRestore(setting);
    expect((await parked.ended).told).toEqual(['parked', 'exit 9']);
    expect(await read(`${directory}/restore.out`)).toBe('why\n');
  });

  it('fails without restoring when the root filesystem cannot be mounted', async () => {
    const setting = await prepared();
    const nowhere = `${setting.directory}/nowhere`;
    await writeFile(
      `${setting.directory}/mount`,
      `${nowhere}\nlowerdir=${nowhere},upperdir=${nowhere},workdir=${nowhere}\n`,
    );
    const parked = await park(setting);
    await tellRestore(setting);
    const { told, exit } = await parked.ended;
    expect(told).toEqual(['parked']);
    expect(exit.exitCode).toBe(1);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });
});

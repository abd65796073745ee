import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scriptArgv } from '../../../transport/door/script.ts';
import { localHost } from '../../../transport/host/local-host.ts';
import { holdersOf, killGroup, park, pause, prepared, read, tellRestore } from './destination-setting.ts';
import { eventually } from './eventually.ts';
import { atEnd } from './start-script.ts';

describe.concurrent('what a restore that was cut off leaves', () => {
  it('does not say that processes run which nobody lets run any more', async () => {
    const setting = await prepared();
    const parked = await park(setting);
    await tellRestore(setting);
    await parked.says('prepared');
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
      const [, script = '', outcome] = command.split('\0');
      if (!script.endsWith('restore-like-criu.sh') || outcome !== setting.outcome) continue;
      process.kill(Number(pid), 'SIGKILL');
      // Its children have another parent once it is dead, not once it is told to be.
      await eventually(async () =>
        expect(await read(`/proc/${pid}/stat`).catch(() => ') Z')).toContain(') Z'),
      );
    }
    await writeFile(`${setting.directory}/verdict`, 'resume\n');
    expect((await parked.ended).told.at(-1)).toBe('exit 137');
    await pause(300);
    await expect(read(`${setting.directory}/resumed`)).rejects.toThrow('ENOENT');
    // What the restore had made is known, and is ended by whoever clears up.
    const [pid = ''] = (await read(`${setting.directory}/copy`)).split(' ');
    await eventually(async () => expect(await read(`/proc/${pid}/comm`)).toBe('sleep\n'));
    for (const _ of ['once', 'twice'])
      await localHost().run({ argv: scriptArgv('end-copy', setting.directory) });
    // Nobody may be there to reap it.
    expect(await read(`/proc/${pid}/stat`).catch(() => ') Z')).toContain(') Z');
  });

  it.each(['$pid 1', '-1 1', ' ', 'x'])('ends no process by a note that is not of it (%j)', async (note) => {
    const { directory } = await prepared();
    await writeFile(`${directory}/copy`, `${note.replace('$pid', String(process.pid))}\n`);
    expect(await localHost().probe({ argv: scriptArgv('end-copy', directory) })).toMatchObject({
      exitCode: 0,
    });
  });

  it('can be done again once nothing is left of it, without the source, as long as there are images', async () => {
    const setting = await prepared();
    await mkdir(`${setting.directory}/claimed`);
    await writeFile(`${setting.directory}/prepared`, '');
    await writeFile(`${setting.directory}/resumed`, '');
    const host = localHost();
    const forget = { argv: scriptArgv('forget-restore', setting.directory) };
    expect(await host.probe(forget)).toMatchObject({ exitCode: 1 });
    await writeFile(`${setting.directory}/images/final/inventory.img`, '');
    await host.run(forget);
    const parked = await park(setting);
    await host.run({ argv: scriptArgv('give-verdict', setting.directory, 'restore') });
    await parked.says('prepared');
    // One restore, whoever asks.
    expect(
      await host.probe({ argv: scriptArgv('give-verdict', setting.directory, 'restore') }),
    ).toMatchObject({ exitCode: 1 });
    parked.write('resume\n');
    expect((await parked.ended).told).toEqual(['parked', 'prepared', 'resumed', 'exit 0']);
  });
});

describe.concurrent('the output of a restored container', () => {
  it("writes the container's output to the log, and its input never ends", async () => {
    const setting = await prepared();
    const log = `${setting.directory}/output.log`;
    await writeFile(log, 'from before\n');
    const waiting = 'echo $$ >"$0"; echo to stdout; echo to stderr >&2; cat; echo input has ended';
    const pidFile = `${setting.directory}/container`;
    const parked = await park(setting, { log, container: ['sh', '-c', waiting, pidFile] });
    atEnd(() => killGroup(pidFile));
    await tellRestore(setting);
    parked.write('resume\n');
    // The container holds nothing of the script's own output: otherwise this would not resolve.
    expect((await parked.ended).told.at(-1)).toBe('exit 0');
    await eventually(async () => expect(await read(log)).toBe('from before\nto stdout\nto stderr\n'));
    await pause(200);
    expect(await read(log)).not.toContain('input has ended');
  });

  it('has no process left once the container has ended', async () => {
    const setting = await prepared();
    const log = `${setting.directory}/output.log`;
    const pidFile = `${setting.directory}/container`;
    const parked = await park(setting, { log, container: ['sh', '-c', 'echo $$ >"$0"; cat', pidFile] });
    atEnd(() => killGroup(pidFile));
    await tellRestore(setting);
    parked.write('resume\n');
    // Without a container nobody holds it either.
    expect((await parked.ended).told.at(-1)).toBe('exit 0');
    await eventually(async () => expect(await holdersOf(log)).toHaveLength(1));
    await killGroup(pidFile);
    await eventually(async () => expect(await holdersOf(log)).toEqual([]));
  });
});

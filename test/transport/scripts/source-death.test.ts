import { spawn } from 'node:child_process';
import { appendFile, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  contained,
  expectKilledByCriu,
  handOver,
  prepared,
  read,
  startCommandOf,
  startDump,
} from './source-setting.ts';
import { atEnd, temporaryDirectory } from './start-script.ts';

describe.concurrent('the death of the source, as final-dump.sh brings it about', () => {
  it('does not kill what a killed criu has let go of', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    // For both directions: whoever reads may be gone by then.
    const verdict = await open(`${setting.directory}/verdict`, 'r+');
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const command = await read(`/proc/${pid}/cmdline`).catch(() => '');
      const [, script = '', outcome] = command.split('\0');
      if (script.endsWith('dump-like-criu.sh') && outcome === setting.outcome)
        process.kill(Number(pid), 'SIGKILL');
    }
    // Its death takes its time on a busy machine.
    await dump.says('thawed');
    // As a verdict that was given just before.
    await verdict.write('kill\n');
    await verdict.close();
    expect((await dump.ended).told.at(-1)).toBe('exit 137');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
    await expect(read(`${setting.directory}/killed`)).rejects.toThrow('ENOENT');
  });

  it('frees a cgroup that a killed criu left frozen', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    await writeFile(`${container.cgroup}/cgroup.freeze`, '1\n');
    const dump = await startCommandOf(setting, ['sh', '-c', 'kill -9 $$']);
    expect((await dump.ended).told).toEqual(['thawed', 'exit 137']);
    expect(await read(`${container.cgroup}/cgroup.freeze`)).toBe('0\n');
  });

  it('says `killed` when the whole cgroup was killed, before criu has ended', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting, { after: '0.5' });
    await handOver(setting, dump);
    await dump.says('killed');
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    expect(await read(`${container.cgroup}/cgroup.kill`)).toBe('1\n');
    await setting.there.say('resumed');
    await dump.ended;
  });

  it('does not say `killed` before criu has ended where the kernel cannot kill a cgroup', async () => {
    const container = await contained();
    // Not even root can write to a directory.
    await mkdir(`${container.cgroup}/cgroup.kill`);
    const setting = await prepared(container.named);
    await expectKilledByCriu(setting);
  });

  it.each(['cgroup.procs', 'below/cgroup.procs'])(
    'leaves the kill to criu when somebody else is in the cgroup (%s)',
    async (procs) => {
      const container = await contained();
      await mkdir(`${container.cgroup}/below`);
      await appendFile(`${container.cgroup}/${procs}`, `${process.pid}\n`);
      await expectKilledByCriu(await prepared(container.named));
      await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
    },
  );

  it('leaves the kill to criu when the container shares the pid namespace of its host', async () => {
    const cgroup = await temporaryDirectory();
    await writeFile(`${cgroup}/cgroup.procs`, `${process.pid}\n`);
    await expectKilledByCriu(await prepared(`${process.pid}\n${cgroup}\n`));
  });

  it('is not told for a process that lives on, although criu has ended well', async () => {
    const setting = await prepared();
    const survivor = spawn('sleep', ['60'], { stdio: 'ignore' });
    atEnd(() => survivor.kill('SIGKILL'));
    const dump = await startDump(setting, { pid: String(survivor.pid), death: '1' });
    const verdicts = await handOver(setting, dump);
    expect((await dump.ended).told).toEqual(['held', 'exit 0']);
    expect(verdicts.told).not.toContain('resume');
  });

  it('is told once the process is gone, however late', async () => {
    const setting = await prepared();
    const dying = spawn('sleep', ['60'], { stdio: 'ignore' });
    atEnd(() => dying.kill('SIGKILL'));
    const dump = await startDump(setting, { pid: String(dying.pid) });
    await handOver(setting, dump);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(dump.told).toEqual(['held']);
    dying.kill('SIGKILL');
    await dump.says('killed');
    await setting.there.say('resumed');
    await dump.ended;
  });

  it('does not kill the cgroup of a source that is to go on', async () => {
    const container = await contained();
    const setting = await prepared(container.named);
    const dump = await startDump(setting);
    await dump.says('held');
    dump.endInput();
    await dump.ended;
    await expect(read(`${container.cgroup}/cgroup.kill`)).rejects.toThrow('ENOENT');
  });
});

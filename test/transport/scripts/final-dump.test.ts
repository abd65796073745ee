import { rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { eventually } from './eventually.ts';
import { readVerdicts } from './hand-over-there.ts';
import {
  handOver,
  helpersOf,
  keepersOf,
  killPeer,
  prepared,
  read,
  startCommandOf,
  startDump,
  traceable,
} from './source-setting.ts';
import { atEnd } from './start-script.ts';

describe.concurrent('final-dump.sh', () => {
  it('hands over: the destination restores, the source dies, the destination resumes', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await handOver(setting, dump);
    await verdicts.says('resume');
    // Not a moment before there was an end of the source.
    expect(await read(setting.outcome)).toBe('killed\n');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
    expect(verdicts.told).toEqual(['reading', 'restore', 'resume']);
    expect(await read(`${setting.directory}/decided`)).toBe('kill\n');
    await read(`${setting.directory}/killed`);
  });

  it('starts no dump when the destination cannot be reached', async () => {
    const setting = await prepared();
    await rm(`${setting.there.directory}/hand-over.sh`);
    const dump = await startDump(setting);
    const { told, exit } = await dump.ended;
    expect(told).toEqual(['thawed', 'exit 255']);
    expect(exit.stderr).toMatch(/hand-over\.sh: No such file/);
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
  });

  it('holds the source until there is a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('beat\n');
    dump.write('no verdict at all\nkill\n');
    // Nobody asked for a restore: this is not its result.
    await setting.there.say('prepared');
    // More than one look of the hold script whether its keeper is there.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(dump.told).toEqual(['held']);
    dump.write('thaw\n');
    await dump.ended;
  });

  it('holds the source for as long as the restore takes, without anybody who asked for it', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '3' });
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    dump.endInput();
    await verdicts.says('restore');
    await new Promise((resolve) => setTimeout(resolve, 3500));
    await expect(read(setting.outcome)).rejects.toThrow('ENOENT');
    await setting.there.say('prepared');
    await verdicts.says('resume');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
  });

  it('lets the source go on when the destination cannot restore, and has what is there discarded', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await setting.there.say('failed');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
    expect(verdicts.told).not.toContain('resume');
  });

  it('lets the source go on when the connection is lost before the processes exist', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await killPeer(setting);
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(verdicts.told).not.toContain('resume');
  });

  it('says `resume` over a new connection when the old one was lost after the commit', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await writeFile(`${setting.there.directory}/prepared`, '');
    // What was said before the end is still heard.
    await setting.there.say('prepared');
    await dump.says('killed');
    await killPeer(setting);
    await writeFile(`${setting.there.directory}/resumed`, '');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
    expect(await read(setting.calls)).toContain('ControlPath=none');
  });

  it('does not tell the destination any more once it is known to run', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await handOver(setting, dump);
    await dump.says('killed');
    dump.write('settled\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 0');
  });

  it('decides once: a `thaw` after the commit changes nothing', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await handOver(setting, dump);
    await dump.says('killed');
    dump.write('thaw\n');
    await setting.there.say('resumed');
    expect((await dump.ended).told).toEqual(['held', 'killed', 'resumed', 'exit 0']);
  });

  it('still hears a `thaw` after a long silence in the middle of the restore', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '3' });
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    await new Promise((resolve) => setTimeout(resolve, 3500));
    dump.write('thaw\n');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
  });

  it('lets the source go on with `thaw`, and says so', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.write('thaw\n');
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
    expect(await read(`${setting.directory}/decided`)).toBe('thaw\n');
  });

  it('lets the source go on with a `thaw` in the middle of the restore', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    const verdicts = await readVerdicts(setting.there.directory);
    atEnd(verdicts.kill);
    await dump.says('held');
    dump.write('hand-over\n');
    await verdicts.says('restore');
    dump.write('thaw\n');
    await dump.says('thawed');
    // The copy over there is not wanted any more, and nobody else may be there to say so.
    await verdicts.says('discard');
    await dump.ended;
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('obeys a `thaw` that comes before the dump is ready to be held', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { seconds: '0.3' });
    await eventually(() => read(`${setting.directory}/final.out`));
    dump.write('thaw\n');
    expect((await dump.ended).told.at(-1)).toBe('exit 1');
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('thaws when its input ends: the controller is gone', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    dump.endInput();
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
  });

  it('thaws when no beat comes, although the input stays open', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '0.2' });
    expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    expect(await read(setting.outcome)).toBe('thawed at post-dump\n');
  });

  it('goes on holding as long as beats come', async () => {
    const setting = await prepared();
    const dump = await startDump(setting, { silence: '1.5' });
    await dump.says('held');
    for (let beat = 0; beat < 7; beat += 1) {
      dump.write('beat\n');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(dump.told).toEqual(['held']);
    dump.write('thaw\n');
    await dump.ended;
  });

  it('gives the source back when its keeper is killed, with all that could pass on a verdict', async () => {
    const setting = await prepared();
    const dump = await startDump(setting);
    await dump.says('held');
    for (const pid of await keepersOf(setting)) process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(await read(setting.outcome)).toBe('thawed at post-dump\n'));
  });

  it.each([0, 1])(
    'lets the source go on when the process that would hear one end is killed (%i)',
    async (which) => {
      const setting = await prepared();
      const dump = await startDump(setting);
      await dump.says('held');
      const [helper = 0] = (await helpersOf(setting)).slice(which);
      process.kill(helper, 'SIGKILL');
      expect((await dump.ended).told).toEqual(['held', 'thawed', 'exit 1']);
    },
  );

  it('tells how a dump ended that failed by itself', async () => {
    const setting = await prepared();
    const dump = await startCommandOf(setting, ['sh', '-c', 'echo why >&2; exit 5']);
    expect((await dump.ended).told).toEqual(['thawed', 'exit 5']);
    expect(await read(`${setting.directory}/final.out`)).toBe('why\n');
  });

  it('does not call a source thawed whose dump ended well unasked: it has ended with it', async () => {
    const dump = await startCommandOf(await prepared(), ['true']);
    expect((await dump.ended).told).toEqual(['exit 0']);
  });

  it('gives criu no way to the FIFOs but its script, and no input', async () => {
    const setting = await prepared();
    const look = 'for fd in /proc/$$/fd/*; do readlink "$fd"; done; true';
    const dump = await startCommandOf(setting, ['bash', '-c', look]);
    await dump.ended;
    const open = (await read(`${setting.directory}/final.out`)).split('\n');
    expect(open[0]).toBe('/dev/null');
    expect(open.filter((path) => /(events|verdict|peer)$/.test(path))).toEqual([]);
  });

  test.each(['plain', 'with ) t\nline end'])(
    'says `frozen` once the first process is traced, not before (name: %j)',
    async (name) => {
      const setting = await prepared();
      const sleep = `${setting.directory}/${name}`;
      await symlink('/bin/sleep', sleep);
      const { pid, trace } = await traceable(sleep);
      const dump = await startDump(setting, { pid });
      await dump.says('held');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(dump.told).not.toContain('frozen');
      await trace();
      await dump.says('frozen');
      dump.write('thaw\n');
      expect((await dump.ended).told).toEqual(['held', 'frozen', 'thawed', 'exit 1']);
    },
  );
});

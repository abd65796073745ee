import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { type Asked, sh } from './host-commands.ts';

const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

/** Commands that are started and stay. */
export const startContract = ({ host: opened }: Asked): void => {
  describe('start', () => {
    let host: Host;
    beforeAll(() => {
      host = opened();
    });

    it('gives lines as they come, and the exit', async () => {
      const command = await host.start({ argv: sh('echo one; echo; printf "no end"; exit 4') });
      expect(await collect(command.lines)).toEqual(['one', '', 'no end']);
      expect(await command.exit).toEqual({ exitCode: 4, stderr: '', lost: false });
    });

    it('keeps the lines that came before reading started', async () => {
      const command = await host.start({ argv: sh('seq 1 1000; echo bad >&2') });
      expect((await command.exit).stderr).toBe('bad\n');
      expect(await collect(command.lines)).toHaveLength(1000);
    });

    it('never holds up a command whose lines nobody reads', async () => {
      const command = await host.start({ argv: ['seq', '1', '700000'] });
      expect((await command.exit).exitCode).toBe(0);
    });

    it('makes a command wait for a slow reader and loses nothing', async () => {
      const command = await host.start({ argv: ['seq', '1', '900000'] });
      let count = 0;
      for await (const line of command.lines) {
        if (count === 0) await delay(300);
        count += 1;
        if (count % 300_000 === 0) expect(line).toBe(`${count}`);
      }
      expect(count).toBe(900_000);
    });

    it('lets a reader stop early', async () => {
      const command = await host.start({ argv: sh('seq 1 100000; exit 5') });
      for await (const line of command.lines) {
        if (line === '10') break;
      }
      expect((await command.exit).exitCode).toBe(5);
    });

    it('writes to standard input until it is ended', async () => {
      const command = await host.start({
        argv: sh('while read -r line; do echo "got $line"; done; echo end'),
      });
      const lines = command.lines[Symbol.asyncIterator]();
      command.write('a\n');
      expect((await lines.next()).value).toBe('got a');
      command.write("b 'c'\n");
      expect((await lines.next()).value).toBe("got b 'c'");
      command.endInput();
      expect((await lines.next()).value).toBe('end');
      expect((await command.exit).exitCode).toBe(0);
      command.write('too late\n');
    });

    it('passes the input a command comes with', async () => {
      const command = await host.start({ argv: ['cat'], stdin: 'all\nof it\n' });
      expect(await collect(command.lines)).toEqual(['all', 'of it']);
    });

    it('kills with TERM, which the command may handle', async () => {
      const command = await host.start({
        argv: sh('trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'),
      });
      await command.lines[Symbol.asyncIterator]().next();
      await command.kill('TERM');
      expect(await command.exit).toMatchObject({ exitCode: 7, lost: false });
    });

    it('kills with KILL, and knows that a signal was the end', async () => {
      const command = await host.start({
        argv: sh('trap "" TERM; echo ready; while :; do sleep 0.05; done'),
      });
      await command.lines[Symbol.asyncIterator]().next();
      await command.kill('TERM');
      await delay(200);
      await command.kill('KILL');
      expect(await command.exit).toMatchObject({ exitCode: undefined, lost: false });
    });

    it('kills a command at once after its start', async () => {
      const command = await host.start({ argv: ['sleep', '1000'] });
      await command.kill('KILL');
      expect((await command.exit).exitCode).toBeUndefined();
    });

    it('takes a kill of a command that is gone', async () => {
      const command = await host.start({ argv: ['true'] });
      await command.exit;
      await command.kill('TERM');
      await command.kill('KILL');
    });

    it('knows the exit of a killed command although a child holds its output', async () => {
      const command = await host.start({ argv: sh('sleep 30 & echo $!; wait') });
      const child = (await command.lines[Symbol.asyncIterator]().next()).value;
      const started = performance.now();
      await command.kill('KILL');
      await command.exit;
      expect(performance.now() - started).toBeLessThan(10_000);
      await host.probe({ argv: ['kill', `${child}`] });
    });

    it('ends a started command that takes too long', async () => {
      const command = await host.start({ argv: ['sleep', '1000'], timeout: millis(200) });
      expect(await command.exit).toMatchObject({ exitCode: undefined, lost: false });
    });

    it('does not let commands that stay keep short ones waiting', async () => {
      const commands = await Promise.all(Array.from({ length: 6 }, () => host.start({ argv: ['cat'] })));
      const outputs = await Promise.all(Array.from({ length: 6 }, () => host.run({ argv: ['echo', 'x'] })));
      expect(outputs).toHaveLength(6);
      await Promise.all(commands.map((command) => command.kill('TERM')));
      await Promise.all(commands.map((command) => command.exit));
    });
  });
};

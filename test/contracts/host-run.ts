import { beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../engine/model/errors.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { type Argv, type Asked, failureOf, isAlive, readPid, STAY, sh } from './host-commands.ts';

/** Commands that are run to their end. */
export const runContract = ({ host: opened, directory: makeDirectory }: Asked): void => {
  describe('run and probe', () => {
    let host: Host;
    beforeAll(() => {
      host = opened();
    });

    it('answers with the exit code and both outputs', async () => {
      const output = await host.probe({ argv: sh('echo out; echo err >&2; exit 3') });
      expect(output).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
      expect(await host.run({ argv: sh('printf ok') })).toEqual({ exitCode: 0, stdout: 'ok', stderr: '' });
    });

    it('rejects a non-zero exit with what the command said', async () => {
      const argv = sh('echo why >&2; exit 9');
      const error = await failureOf(host.run({ argv }));
      expect(error).toMatchObject({ host: host.name, argv, exitCode: 9, stderr: 'why\n' });
      expect(error.message).toContain('why');
    });

    it('takes every argument as it is', async () => {
      const words = [
        '',
        ' ',
        "it's",
        '"',
        '$HOME `id` $(id)',
        'a\nb\n',
        '-n',
        '--',
        '*',
        '~',
        '\\',
        '!x',
        'ü→😀',
        '#',
        ';',
        'a=b',
        '\t',
      ];
      const { stdout } = await host.run({
        argv: sh(`for word; do printf '%s\\0' "$word"; done`, ...words),
      });
      expect(stdout.split('\0').slice(0, -1)).toEqual(words);
    });

    it('refuses a NUL byte, an empty command and one that is an option', async () => {
      for (const argv of [['printf', 'a\0b'], [''], ['-c']] as Argv[]) {
        await expect(host.run({ argv })).rejects.toBeInstanceOf(InvalidInput);
      }
    });

    it('answers 127 for a command that does not exist', async () => {
      const output = await host.probe({ argv: ['no-such-command-anywhere'] });
      expect(output.exitCode).toBe(127);
      expect(output.stderr).toMatch(/not found/);
      expect((await failureOf(host.run({ argv: ['/etc/passwd'] }))).exitCode).toBe(126);
    });

    it('feeds binary input and ends it', async () => {
      const directory = await makeDirectory();
      const stdin = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
      const { stdout } = await host.run({ argv: ['cksum'], stdin });
      await host.writeFile(`${directory}/same`, stdin, 0o600);
      const same = await host.run({ argv: ['cksum', `${directory}/same`] });
      expect(same.stdout.startsWith(stdout.trim())).toBe(true);
      expect((await host.run({ argv: ['cat'] })).stdout).toBe('');
    });

    it('survives input that nobody reads', async () => {
      const stdin = new Uint8Array(1_000_000);
      expect((await host.run({ argv: ['true'], stdin })).exitCode).toBe(0);
    });

    it('takes large output', async () => {
      const { stdout } = await host.run({ argv: ['head', '-c', '5000000', '/dev/zero'] });
      expect(stdout.length).toBe(5_000_000);
    });

    it('keeps the last 64 KiB of standard error', async () => {
      const error = await failureOf(
        host.run({ argv: sh('head -c 300000 /dev/zero | tr "\\0" x >&2; echo last >&2; exit 1') }),
      );
      expect(error.stderr.length).toBe(64 * 1024);
      expect(error.stderr.endsWith('xlast\n')).toBe(true);
    });

    it('has the administration programs in its PATH and messages in English', async () => {
      const { stdout } = await host.run({ argv: sh('echo "$PATH:$LC_ALL"; pwd') });
      expect(stdout).toMatch(/(:|^)\/usr\/sbin:(.*:)?\/sbin:.*C\n\/\n$/);
    });

    it('runs no start-up files of a login', async () => {
      // bash takes a socket on its input for a login, unless it is a shell within a shell.
      const { stdout } = await host.run({ argv: ['bash', '-c', 'echo "$SHLVL"'] });
      expect(Number(stdout)).toBeGreaterThan(1);
    });

    it('says which signal ended a command', async () => {
      const error = await failureOf(host.probe({ argv: sh('kill -KILL $$') }));
      expect(error.exitCode).toBeUndefined();
      expect(error.message).toContain('SIGKILL');
    });

    it('ends a command that takes too long', async () => {
      const directory = await makeDirectory();
      const started = performance.now();
      const error = await failureOf(host.run({ argv: sh(STAY, `${directory}/pid`), timeout: millis(700) }));
      expect(error.message).toContain('took longer than 700 ms');
      expect(error.exitCode).toBeUndefined();
      expect(performance.now() - started).toBeGreaterThan(650);
      expect(await isAlive(host, await readPid(host, `${directory}/pid`))).toBe(false);
    });

    it('ends a command that is aborted, and keeps the reason', async () => {
      const directory = await makeDirectory();
      const abort = new AbortController();
      const failure = failureOf(host.run({ argv: sh(STAY, `${directory}/pid`) }, abort.signal));
      const pid = await readPid(host, `${directory}/pid`);
      abort.abort(new Error('enough'));
      expect((await failure).message).toContain('was aborted');
      expect((await failure).cause).toEqual(new Error('enough'));
      expect(await isAlive(host, pid)).toBe(false);
    });

    it('ends a command that ignores being asked', async () => {
      const directory = await makeDirectory();
      const script = 'trap "" TERM; echo $$ >"$1"; while :; do sleep 0.1; done';
      // Time enough to have begun, on a busy machine and behind a sudo.
      await failureOf(host.run({ argv: sh(script, `${directory}/pid`), timeout: millis(3000) }));
      expect(await isAlive(host, await readPid(host, `${directory}/pid`))).toBe(false);
    });

    it('does not start a command that was aborted before', async () => {
      const directory = await makeDirectory();
      await failureOf(host.run({ argv: ['touch', `${directory}/made`] }, AbortSignal.abort()));
      expect((await host.probe({ argv: ['test', '-e', `${directory}/made`] })).exitCode).toBe(1);
    });

    it('does not wait for a child left behind when a command is ended', async () => {
      const started = performance.now();
      await failureOf(host.run({ argv: sh('sleep 30 & wait'), timeout: millis(300) }));
      expect(performance.now() - started).toBeLessThan(15_000);
    });

    it('runs many commands at once', async () => {
      const numbers = Array.from({ length: 30 }, (_, index) => `${index}`);
      const outputs = await Promise.all(
        numbers.map((number) => host.run({ argv: sh('sleep 0.05; echo "$1"', number) })),
      );
      expect(outputs.map(({ stdout }) => stdout.trim())).toEqual(numbers);
    });
  });
};

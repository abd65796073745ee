import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandFailed, HostUnreachable, InvalidInput } from '../../engine/model/errors.ts';
import { millis } from '../../engine/model/units.ts';
import type { Command, Host } from '../../engine/ports/host.ts';

type Argv = Command['argv'];

const sh = (script: string, ...args: string[]): Argv => ['sh', '-c', script, 'sh', ...args];

/** Writes its process id to a file, then stays. */
const STAY = 'echo $$ >"$1"; exec sleep 1000';

const isAlive = async (host: Host, pid: string): Promise<boolean> =>
  (await host.probe({ argv: sh('kill -0 "$1"', pid) })).exitCode === 0;

const readPid = async (host: Host, file: string): Promise<string> => {
  for (;;) {
    const { stdout } = await host.probe({ argv: ['cat', file] });
    if (stdout.endsWith('\n')) return stdout.trim();
    await delay(20);
  }
};

const failureOf = async (promise: Promise<unknown>): Promise<CommandFailed> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CommandFailed) return error;
  throw new Error('expected CommandFailed', { cause: error });
};

/** The first `length` characters. */
const answer = async (stream: AsyncIterable<unknown>, length: number): Promise<string> => {
  let got = '';
  for await (const chunk of stream) {
    got += String(chunk);
    if (got.length >= length) break;
  }
  return got;
};

const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

/** Files of a host, as far as those can be asked of one that runs no commands. */
export const hostFilesContract = (
  name: string,
  open: () => Promise<Host>,
  directory: () => Promise<string>,
): void => {
  describe(`${name}: files`, () => {
    it('gives back what was written, byte for byte', async () => {
      const host = await open();
      const path = `${await directory()}/with space 'and' "quotes" $HOME`;
      const content = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
      await host.writeFile(path, content, 0o600);
      expect(Buffer.compare(await host.readFile(path), content)).toBe(0);
      await host.writeFile(path, 'grüße\n', 0o600);
      expect(Buffer.from(await host.readFile(path)).toString()).toBe('grüße\n');
      await host.writeFile(path, '', 0o600);
      expect((await host.readFile(path)).length).toBe(0);
      await host.close();
    });

    it('rejects with CommandFailed when a file is missing', async () => {
      const host = await open();
      const error = await failureOf(host.readFile(`${await directory()}/missing`));
      expect(error.host).toBe(host.name);
      expect(error.exitCode).toBe(1);
      await host.close();
    });

    it('is unreachable once closed, and may be closed twice', async () => {
      const host = await open();
      const path = `${await directory()}/file`;
      await host.writeFile(path, 'x', 0o600);
      await host.close();
      await host.close();
      await expect(host.readFile(path)).rejects.toBeInstanceOf(HostUnreachable);
    });
  });
};

/** What every host that runs commands must do. */
export const hostContract = (name: string, open: () => Promise<Host>): void => {
  describe(name, { concurrent: true }, () => {
    let host: Host;
    let directories: string;

    beforeAll(async () => {
      host = await open();
      directories = (await host.run({ argv: ['mktemp', '-d', '/tmp/host-contract-XXXXXX'] })).stdout.trim();
    });

    const makeDirectory = async (): Promise<string> => {
      const directory = `${directories}/${randomUUID()}`;
      await host.run({ argv: ['mkdir', directory] });
      return directory;
    };

    afterAll(async () => {
      await host.run({ argv: ['rm', '-rf', '--', directories] });
      await host.close();
    });

    hostFilesContract(name, open, makeDirectory);

    describe('run and probe', () => {
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

    describe('start', () => {
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

    describe('dial', () => {
      /** Answers one connection with what it gets, in capitals. */
      const echo =
        'my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; print "listening\\n"; $| = 1; STDOUT->flush; my $c = $s->accept; while (sysread $c, my $b, 65536) { syswrite $c, uc $b }';

      it('reaches a unix socket, both ways, until either end closes', async () => {
        const path = `${await makeDirectory()}/socket`;
        const server = await host.start({ argv: ['perl', '-MIO::Socket::UNIX', '-e', echo, path] });
        await server.lines[Symbol.asyncIterator]().next();
        const stream = await host.dial(path);
        const sent = 'all of it '.repeat(20_000);
        stream.write(sent);
        expect(await answer(stream, sent.length)).toBe(sent.toUpperCase());
        stream.destroy();
        expect((await server.exit).exitCode).toBe(0);
      });

      it('says so when nobody listens', async () => {
        const path = `${await makeDirectory()}/nothing`;
        const error = await failureOf(host.dial(path));
        expect(error).toMatchObject({ host: host.name, argv: ['connect', path] });
        expect(error.message).toContain(`to ${path} failed`);
      });

      it('ends with the host', async () => {
        const path = `${await makeDirectory()}/socket`;
        const server = await host.start({ argv: ['perl', '-MIO::Socket::UNIX', '-e', echo, path] });
        await server.lines[Symbol.asyncIterator]().next();
        const closing = await open();
        await closing.dial(path);
        await closing.close();
        expect((await server.exit).exitCode).toBe(0);
        await expect(closing.dial(path)).rejects.toBeInstanceOf(HostUnreachable);
      });
    });

    describe('close', () => {
      it('ends what still runs', async () => {
        const directory = await makeDirectory();
        const closing = await open();
        const command = await closing.start({ argv: sh(STAY, `${directory}/pid`) });
        const running = failureOf(closing.run({ argv: sh(STAY, `${directory}/run-pid`) }));
        const pids = [await readPid(host, `${directory}/pid`), await readPid(host, `${directory}/run-pid`)];
        await closing.close();
        expect((await running).exitCode).toBeUndefined();
        expect((await command.exit).exitCode).toBeUndefined();
        for (const pid of pids) expect(await isAlive(host, pid)).toBe(false);
        await expect(closing.run({ argv: ['true'] })).rejects.toBeInstanceOf(HostUnreachable);
        await expect(closing.start({ argv: ['true'] })).rejects.toBeInstanceOf(HostUnreachable);
      });
    });

    describe('writeFile', () => {
      const modeOf = async (path: string): Promise<string> =>
        (await host.run({ argv: ['stat', '-c', '%a', path] })).stdout.trim();

      it('sets the mode, whatever the umask', async () => {
        const directory = await makeDirectory();
        for (const mode of [0o600, 0o644, 0o400, 0o666, 0o755, 0o700]) {
          await host.writeFile(`${directory}/file`, 'content', mode);
          expect(await modeOf(`${directory}/file`)).toBe(mode.toString(8));
        }
      });

      it('replaces the file at once: who has the old one open keeps it whole', async () => {
        const directory = await makeDirectory();
        await host.writeFile(`${directory}/file`, 'old', 0o600);
        const reader = await host.start({
          argv: sh('exec 3<"$1"; echo open; read -r go; cat <&3', `${directory}/file`),
        });
        const lines = reader.lines[Symbol.asyncIterator]();
        await lines.next();
        await host.writeFile(`${directory}/file`, 'new', 0o600);
        reader.write('go\n');
        expect((await lines.next()).value).toBe('old');
        expect(Buffer.from(await host.readFile(`${directory}/file`)).toString()).toBe('new');
      });

      it('leaves nothing behind when it fails', async () => {
        const directory = await makeDirectory();
        await host.run({ argv: ['mkdir', `${directory}/taken`] });
        await failureOf(host.writeFile(`${directory}/taken`, 'x', 0o600));
        await failureOf(host.writeFile(`${directory}/absent/file`, 'x', 0o600));
        expect((await host.run({ argv: ['ls', '-A', directory] })).stdout).toBe('taken\n');
      });
    });
  });
};

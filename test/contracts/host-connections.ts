import { beforeAll, describe, expect, it } from 'vitest';
import { HostUnreachable } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { type Asked, failureOf, isAlive, readPid, STAY, sh } from './host-commands.ts';

/** The first `length` characters. */
const answer = async (stream: AsyncIterable<unknown>, length: number): Promise<string> => {
  let got = '';
  for await (const chunk of stream) {
    got += String(chunk);
    if (got.length >= length) break;
  }
  return got;
};

/** Sockets of the host, and what becomes of all that is open when it is closed. */
export const connectionsContract = ({ host: opened, open, directory: makeDirectory }: Asked): void => {
  describe('dial', () => {
    let host: Host;
    beforeAll(() => {
      host = opened();
    });

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
    let host: Host;
    beforeAll(() => {
      host = opened();
    });

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
};

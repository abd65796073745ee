import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import type { Host } from '../../engine/ports/host.ts';
import { between, openHosts, sh } from './hosts.ts';
import { foundBelow, foundOn, marksOf, marksOfCurve } from './key-search.ts';
import { type Finished, precopy, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';

const id = 'locker';
const hosts = openHosts();

const clear = async (): Promise<void> => {
  await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
};
beforeAll(async () => {
  await clear();
  await runContainer(hosts.a, { id, hostNetwork: false, args: ['tail', '-f', '/etc/passwd'] });
});
afterAll(async () => {
  await clear();
  await Promise.all([hosts.a.close(), hosts.b.close()]);
});

const keyFile = `/run/precopy/${id}/key`;
const tlsKeyFile = `/run/precopy/${id}/tls/key.pem`;

/** Of the key that opens the destination, and of those that pages go by. */
const marksNow = async (): Promise<readonly Buffer[]> => {
  const text = async (host: Host, file: string): Promise<string> =>
    new TextDecoder().decode(await host.readFile(file));
  const curves = await Promise.all([hosts.a, hosts.b].map((host) => text(host, tlsKeyFile)));
  return [...marksOf(await text(hosts.a, keyFile)), ...curves.flatMap(marksOfCurve)];
};

/** What of a migration's directories others than root could look at, and what is not in memory; less than nothing. */
const open = (): Promise<readonly string[]> =>
  Promise.all(
    [hosts.a, hosts.b].map((host) =>
      sh(
        host,
        'find /run/precopy -type d -perm /077 -o -type d ! -user root; [ "$(stat -f -c %T /run/precopy)" = tmpfs ] || echo "on a disk"',
      ),
    ),
  );

interface Ended {
  readonly marks: readonly Buffer[];
  readonly finished: Finished;
}

/** A migration that ends by this signal, or by itself, with what its keys are known by. */
const ended = async (signal: 'SIGINT' | 'SIGKILL' | undefined): Promise<Ended> => {
  const running = await startUntil(/phase: pre-copy/, [
    'migrate',
    id,
    ...between('a', 'b'),
    '--yes',
    '--json',
    '--max-rounds',
    '1',
    '--page-channel',
    'tls',
  ]);
  const marks = await marksNow();
  expect(await open()).toEqual(['', '']);
  if (signal !== undefined) running.signal(signal);
  return { marks, finished: await running.finished };
};

/** Where any of the keys is to be found: on both hosts, in journals, in all that was printed. */
const found = async ({ marks, finished }: Ended): Promise<readonly string[]> => {
  const { stdout, stderr } = finished;
  const printed = marks.some((mark) => Buffer.from(stdout + stderr).includes(mark)) ? ['printed'] : [];
  const places = await Promise.all([
    foundOn(hosts.a, marks),
    foundOn(hosts.b, marks),
    foundBelow(providedLab().stateHome, marks),
  ]);
  return [...places.flat(), ...printed];
};

describe("each of a migration's private keys", () => {
  // `npm run test:faults` asks for all: other tests, too, end so and look at what is left.
  if (process.env['PRECOPY_FAULTS'] !== undefined) {
    it('is where it was made until recovery, and nowhere afterwards', async () => {
      const killed = await ended('SIGKILL');
      expect([...(await found(killed))].sort()).toEqual([keyFile, tlsKeyFile, tlsKeyFile]);
      const migration = /^migration (\S+):/m.exec(killed.finished.stderr)?.[1] ?? '';
      expect(await precopy('recover', migration)).toMatchObject({ exitCode: 0 });
      expect(await found(killed)).toEqual([]);
    });

    it('is nowhere after a migration that was called off', async () => {
      expect(await found(await ended('SIGINT'))).toEqual([]);
    });
  }

  it('is nowhere after a migration, and would be found wherever it was', async () => {
    const moved = await ended(undefined);
    expect(moved.finished.exitCode).toBe(0);
    expect(await found(moved)).toEqual([]);

    const planted = { ...moved, marks: moved.marks.slice(-1) };
    const [mark = Buffer.alloc(0)] = planted.marks;
    const journal = `${providedLab().stateHome}/planted`;
    await Promise.all([
      hosts.a.writeFile('/var/log/planted', Buffer.concat([Buffer.alloc(5), mark]), 0o600),
      hosts.b.writeFile('/tmp/planted', mark, 0o600),
      writeFile(journal, mark),
    ]);
    const [line = Buffer.alloc(0)] = moved.marks;
    const argv = ['sleep', '300', line.toString()] as const;
    const busy = await hosts.b.start({ argv: ['bash', '-c', 'exec -a "$2" sleep 300', ...argv] });
    try {
      const where = await found({ ...planted, marks: [mark, line] });
      expect(where).toEqual(expect.arrayContaining(['/var/log/planted', '/tmp/planted', journal]));
      expect(where).toContainEqual(expect.stringMatching(/^\/proc\/\d+\/cmdline$/));
    } finally {
      await busy.kill('KILL');
      await Promise.all([hosts.a, hosts.b].map((host) => sh(host, 'rm -f /var/log/planted /tmp/planted')));
      await writeFile(journal, '');
    }
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { CommandFailed, HostUnreachable, InvalidInput } from '../../../engine/model/errors.ts';
import type { DirtyWindow } from '../../../engine/model/profile.ts';
import { millis } from '../../../engine/model/units.ts';
import type { CommandExit } from '../../../engine/ports/host.ts';
import { type WatchedMemory, watchMemory } from '../../../transport/profile/watch-memory.ts';
import { container } from '../../fakes/facts.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';

/** Returns the entries of `present` private pages, of which the first `dirty` were written. */
const look = (present: number, dirty: number): string => {
  const raw = Buffer.alloc(present * 8);
  for (let page = 0; page < present; page += 1)
    raw.writeBigUInt64LE((1n << 63n) | (page < dirty ? 1n << 55n : 0n), page * 8);
  return gzipSync(raw).toString('base64');
};

interface Watching {
  readonly host: FakeHost;
  readonly looks: DirtyWindow[];
  readonly watched: Promise<WatchedMemory>;
}

const watch = (lines: readonly string[], exit: Partial<CommandExit> = {}, signal?: AbortSignal): Watching => {
  const host = fakeHost('blue');
  const looks: DirtyWindow[] = [];
  const watched = watchMemory(host, container(), {
    directory: '/run/precopy/shop',
    windows: [millis(250), millis(500.4)],
    onLook: (each) => looks.push(each),
    signal: signal ?? new AbortController().signal,
  });
  watched.catch(() => {});
  setImmediate(() => {
    for (const line of lines) host.started[0]?.say(line);
    host.started[0]?.finish(exit);
  });
  return { host, looks, watched };
};

describe('watching memory', () => {
  const lines = [
    'clear 1000 1100',
    look(100, 7),
    'looked 1290 1310',
    look(120, 30),
    'looked 1540 1560',
    'all looked',
  ];

  it('returns each window by the middle of its look, and the pages present at the end', async () => {
    const { watched, looks, host } = watch(lines);
    const windows = [
      { window: 250, dirty: 7 },
      { window: 500, dirty: 30 },
    ];
    expect(await watched).toEqual({ privatePages: 120, windows });
    expect(looks).toEqual(windows);
    expect(host.commands[0]?.argv.slice(-6)).toEqual([
      '/run/precopy/shop',
      '4711',
      '123456',
      '/shop',
      '250',
      '500',
    ]);
  });

  it('rejects when the script ends early', async () => {
    await expect(watch(lines.slice(0, -1)).watched).rejects.toThrow(CommandFailed);
  });

  it.each([['looked 1'], ['what 1 2'], ['clear 1 2', 'nonsense', 'looked 3 4']])(
    'refuses what it does not understand: %s',
    async (...answer) => {
      await expect(watch(answer).watched).rejects.toThrow(InvalidInput);
    },
  );

  test.each([
    [
      17,
      InvalidInput,
      /another migration of shop is under way on blue.*: a profile now would make that migration lose pages$/,
    ],
    [18, InvalidInput, /a profile of shop is being taken on blue$/],
    [19, InvalidInput, /does not track dirty pages/],
    [20, InvalidInput, /ended while it was watched/],
    [21, InvalidInput, /frozen or traced/],
    [22, InvalidInput, /only root may watch/],
    [1, CommandFailed, /exited with 1/],
  ])('that ends with %i says why', async (exitCode, kind, message) => {
    const { watched } = watch([], { exitCode });
    await expect(watched).rejects.toThrow(kind);
    await expect(watched).rejects.toThrow(message);
  });

  it('says how to clear up after a profile that was killed', async () => {
    const stderr = 'mkdir: File exists\nit was killed: rm -r /run/precopy/shop clears it up\n';
    await expect(watch([], { exitCode: 18, stderr }).watched).rejects.toThrow(/rm -r \/run\/precopy\/shop/);
  });

  it('rejects with HostUnreachable when the connection is lost', async () => {
    await expect(watch([], { exitCode: undefined, lost: true }).watched).rejects.toThrow(HostUnreachable);
  });

  it('rejects with the interruption after the script has ended', async () => {
    const abort = new AbortController();
    const { watched } = watch(lines.slice(0, 3), {}, abort.signal);
    abort.abort(new DOMException('interrupted', 'AbortError'));
    await expect(watched).rejects.toThrow('interrupted');
  });
});

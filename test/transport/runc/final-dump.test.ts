import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import type { CommandExit } from '../../../engine/ports/host.ts';
import type { FinalDump } from '../../../engine/ports/source.ts';
import { startFinalDump } from '../../../transport/runc/final-dump.ts';
import { dirtyStats } from '../../engine/core/rounds.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';

const stats = dirtyStats({ written: 7 });

interface Setting {
  readonly dump: FinalDump;
  readonly host: FakeHost;
  /** Makes the keeper print these words. */
  say(...words: readonly string[]): void;
  end(exit?: Partial<CommandExit>): void;
  readonly written: readonly string[];
}

const start = async (): Promise<Setting> => {
  const host = fakeHost('a', () => ({ stdout: 'criu failed: type NOTIFY errno 0\n' }));
  const dump = await startFinalDump(
    host,
    {
      directory: '/run/precopy/shop',
      pid: 4711,
      argv: ['runc', 'checkpoint', 'shop'],
    },
    async () => stats,
  );
  const [keeper] = host.started;
  if (keeper === undefined) throw new Error('no keeper was started');
  return {
    dump,
    host,
    say: (...words) => words.forEach(keeper.say),
    end: keeper.finish,
    written: keeper.written,
  };
};

/** Returns whether a promise is settled by now. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  const settle = (): void => {
    done = true;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('a final dump', () => {
  it('runs the dump under its keeper, which watches the first process', async () => {
    const { host, end } = await start();
    expect(host.started[0]?.command.argv.slice(-5)).toEqual([
      '/run/precopy/shop',
      '4711',
      'runc',
      'checkpoint',
      'shop',
    ]);
    end();
  });

  it('is frozen and held when its keeper prints so', async () => {
    const { dump, say, end } = await start();
    expect(await settled(dump.frozen)).toBe(false);
    say('frozen');
    await dump.frozen;
    expect(await settled(dump.held)).toBe(false);
    say('held');
    await dump.held;
    end();
  });

  it("that fails before the hold rejects with the runtime's message", async () => {
    const { dump, say, end } = await start();
    say('exit 1');
    end();
    for (const milestone of [dump.frozen, dump.held]) {
      await expect(milestone).rejects.toThrow(CommandFailed);
      await expect(milestone).rejects.toThrow(/runc on a failed: criu failed: type NOTIFY errno 0/);
    }
  });

  it('hands over, and the source is dead when the keeper prints `killed`', async () => {
    const { dump, say, end, written } = await start();
    say('frozen', 'held');
    const verdict = dump.handOver();
    expect(await settled(verdict)).toBe(false);
    expect(written).toEqual(['hand-over\n']);
    say('killed');
    expect(await verdict).toBe('dead');
    expect(await settled(dump.resumed)).toBe(false);
    say('resumed');
    await dump.resumed;
    end();
  });

  it('hands over, and the source runs again when the destination fails', async () => {
    const { dump, say, end } = await start();
    say('frozen', 'held', 'thawed', 'exit 1');
    end();
    expect(await dump.handOver()).toBe('thawed');
  });

  it.each([
    ['the dump ended without a verdict', ['frozen', 'held', 'exit 1'], {}],
    ['the connection was lost', ['frozen', 'held'], { exitCode: undefined, lost: true }],
  ])('rejects without a verdict when %s', async (_, words, exit) => {
    const { dump, say, end } = await start();
    say(...words);
    end(exit);
    await expect(dump.handOver()).rejects.toThrow(/did not say whether the source was killed or thawed/);
    await expect(dump.resumed).rejects.toThrow();
  });

  it('has thawed the source when the keeper prints so', async () => {
    const { dump, say, end, written } = await start();
    say('frozen', 'held');
    const thawed = dump.thaw();
    expect(await settled(thawed)).toBe(false);
    expect(written).toEqual(['thaw\n']);
    say('thawed', 'exit 1');
    end();
    await thawed;
    await dump.thaw();
  });

  it.each([
    ['the source is dead', ['killed', 'exit 0'], {}],
    ['the dump ended without a verdict', ['exit 1'], {}],
    ['the connection was lost', [], { exitCode: undefined, lost: true }],
  ])('does not confirm the thaw when %s', async (_, words, exit) => {
    const { dump, say, end } = await start();
    say(...words);
    end(exit);
    await expect(dump.thaw()).rejects.toThrow(/did not confirm that the source was thawed/);
  });

  it('reads its statistics when criu has ended, not before', async () => {
    const { dump, say, end, written } = await start();
    say('frozen', 'held', 'killed', 'resumed');
    const read = dump.stats();
    expect(await settled(read)).toBe(false);
    // `settled`: the keeper need not send the destination anything more.
    expect(written).toEqual(['settled\n']);
    say('exit 0');
    end();
    expect(await read).toBe(stats);
  });
});

describe('the beat', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes often enough for the keeper, and ends with it', async () => {
    const { end, written } = await start();
    vi.advanceTimersByTime(15_000);
    expect(written.filter((word) => word === 'beat\n').length).toBeGreaterThanOrEqual(3);
    end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.getTimerCount()).toBe(0);
  });
});

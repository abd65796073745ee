import { describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../engine/model/errors.ts';
import type { ParkedRestore } from '../../../engine/ports/destination.ts';
import type { CommandExit } from '../../../engine/ports/host.ts';
import { parkRestore } from '../../../transport/runc/parked-restore.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';

interface Setting {
  readonly parking: Promise<ParkedRestore>;
  readonly host: FakeHost;
  say(...words: readonly string[]): void;
  end(exit?: Partial<CommandExit>): void;
  readonly written: readonly string[];
}

const park = async (output = ''): Promise<Setting> => {
  const host = fakeHost('b', () => ({ stdout: output }));
  const argv = ['runc', 'restore', 'shop'] as const;
  const parking = parkRestore(host, '/run/precopy/shop', '/containers/shop/output.log', argv);
  parking.catch(() => {});
  await Promise.resolve();
  const [keeper] = host.started;
  if (keeper === undefined) throw new Error('no keeper was started');
  return {
    parking,
    host,
    say: (...words) => words.forEach(keeper.say),
    end: keeper.finish,
    written: keeper.written,
  };
};

describe('a parked restore', () => {
  it('gives its keeper the directory, the log and the command', async () => {
    const { host, end } = await park();
    expect(host.started[0]?.command.argv.slice(-5)).toEqual([
      '/run/precopy/shop',
      '/containers/shop/output.log',
      'runc',
      'restore',
      'shop',
    ]);
    end();
  });

  it('is parked, prepared, resumed and settled, in this order', async () => {
    const { parking, say, end, written } = await park();
    say('parked');
    const restore = await parking;
    expect(written).toEqual([]);
    say('prepared');
    await restore.prepared;
    say('resumed', 'exit 0');
    end();
    await restore.resume();
    await restore.settle();
    expect(written).toEqual(['resume\n']);
  });

  it('that cannot be parked rejects with the reason', async () => {
    const { parking, end } = await park();
    end({ exitCode: 1, stderr: 'events: No such file or directory\n' });
    await expect(parking).rejects.toThrow(/runc on b failed: events: No such file or directory/);
  });

  it("that fails rejects with the runtime's message, and has no processes", async () => {
    const { parking, say, end } = await park('criu failed: type NOTIFY errno 0\n');
    say('parked', 'exit 1');
    const restore = await parking;
    end();
    const restored = restore.prepared;
    await expect(restored).rejects.toThrow(CommandFailed);
    await expect(restored).rejects.toThrow(/criu failed/);
  });

  it('that resumed but was not taken over is not settled', async () => {
    const { parking, say, end } = await park();
    say('parked', 'prepared', 'resumed', 'exit 1');
    const restore = await parking;
    end();
    await restore.resume();
    await expect(restore.settle()).rejects.toThrow(/resumed and then failed/);
  });

  it('names the command that resumes by hand, which its hold script reads', async () => {
    const { parking, say, end } = await park();
    say('parked');
    expect((await parking).resumeByHand).toBe('echo resume >/run/precopy/shop/verdict');
    end();
  });

  it('is discarded when its keeper has ended, also when asked twice', async () => {
    const { parking, say, end, written } = await park();
    say('parked');
    const restore = await parking;
    const discarded = restore.discard();
    end();
    await discarded;
    await restore.discard();
    expect(written[0]).toBe('discard\n');
  });

  it('is not confirmed as discarded when the connection was lost', async () => {
    const { parking, say, end } = await park();
    say('parked');
    const restore = await parking;
    end({ exitCode: undefined, lost: true });
    await expect(restore.discard()).rejects.toThrow(/did not confirm its end/);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bundleOf, removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { dirtier } from '../../bench/containers/workloads.ts';
import { median } from '../../bench/stats/quantile.ts';
import type { RunningCommand } from '../../engine/ports/host.ts';
import { between, openHosts, sh } from './hosts.ts';
import { precopy, reportOf, startUntil } from './precopy.ts';
import { traces } from './traces.ts';

const id = 'capped';
const MIB = 1024 ** 2;
/** Below what these hosts encrypt at, however busy the machine is. */
const CAP = 2 * MIB;
const OTHER = 1 * MIB;

/** What the destination's network card has received, by its own count. */
interface Sample {
  /** Here. */
  readonly seenAt: number;
  /** There, in microseconds. */
  readonly at: number;
  readonly received: number;
}

/** Looks four times a second, at the card that leads to the other host and nowhere else. */
const counting =
  'exec {never}<> <(:); until read -r -t 0.25 -u "$never"; do read -r n </sys/class/net/eth1/statistics/rx_bytes; echo "${EPOCHREALTIME/[.,]/} $n"; done';

const collect = async (counter: RunningCommand, samples: Sample[]): Promise<void> => {
  for await (const line of counter.lines) {
    const [at, received] = line.split(' ').map(Number);
    if (at !== undefined && received !== undefined) samples.push({ seenAt: Date.now(), at, received });
  }
};

/** Bytes a second over each second and a half that lies between two moments here. */
const ratesBetween = (samples: readonly Sample[], from: number, to: number): readonly number[] => {
  const within = samples.filter(({ seenAt }) => seenAt >= from && seenAt <= to);
  return within.flatMap((first, index) => {
    const last = within.slice(index).find(({ at }) => at - first.at >= 1_500_000);
    return last === undefined ? [] : [((last.received - first.received) * 1e6) / (last.at - first.at)];
  });
};

/** Never more than a tenth above the cap, and as a rule no more than that below: a busy machine may send nothing for a moment. */
const expectHeld = (rates: readonly number[], cap: number): void => {
  const shares = rates.map((rate) => Number((rate / cap).toFixed(2)));
  expect(shares.length).toBeGreaterThan(2);
  expect(
    shares.filter((share) => share > 1.1),
    `of ${shares.join(' ')}`,
  ).toEqual([]);
  expect(median(shares), `of ${shares.join(' ')}`).toBeGreaterThan(0.9);
};

/** Both when all that takes its time is asked for. */
const channels: readonly string[] = process.env['PRECOPY_FAULTS'] === undefined ? ['ssh'] : ['ssh', 'plain'];

describe('a cap on the link', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  afterEach(clear);
  afterAll(() => Promise.all([hosts.a.close(), hosts.b.close()]));

  it.each(channels)('holds for pages over %s, and so does a change of it', async (channel) => {
    await clear();
    await runContainer(hosts.a, dirtier(id, 48, 1, 100));
    await sh(hosts.a, 'head -c 6M /dev/urandom >"$1"', `${bundleOf(id)}/rootfs/data/file`);
    // Until it has written to all of its memory.
    await sh(
      hosts.a,
      'until [ "$(awk "/^VmRSS/ { print \\$2 }" /proc/$(pgrep -xo dirtier)/status)" -gt 48000 ]; do sleep 0.5; done',
    );
    const before = await traces(hosts.a);
    const counter = await hosts.b.start({ argv: ['bash', '-c', counting] });
    const samples: Sample[] = [];
    const begun = Date.now();
    const collected = collect(counter, samples);
    try {
      const caps = [
        '--compress',
        'none',
        '--max-bandwidth',
        '2MiB/s',
        '--page-channel',
        channel,
        '--max-rounds',
        '1',
      ];
      const args = ['migrate', id, ...between('a', 'b'), ...caps, '--json', '--yes'];
      const running = await startUntil(/phase: pre-copy/, args);
      const synced = Date.now();
      await expect.poll(() => ratesBetween(samples, synced, Date.now()).at(-1) ?? 0).toBeGreaterThan(CAP / 2);
      await sleep(1000);
      const held = Date.now();
      await sleep(3000);
      const changed = Date.now();
      const told = await precopy('set', id, '--max-bandwidth', '1MiB/s');
      expect(told).toMatchObject({ exitCode: 0, stdout: 'max-bandwidth 2.0 MiB/s → 1.0 MiB/s' });
      // How soon depends on how fast this machine starts a process.
      const latest = (): number => ratesBetween(samples, changed, Date.now()).at(-1) ?? CAP;
      await expect.poll(latest, { timeout: 15_000 }).toBeLessThan(1.1 * OTHER);
      const settled = Date.now();
      await sleep(3500);
      const lifted = Date.now();
      await precopy('set', id, '--max-bandwidth', 'none');
      const report = reportOf(await running.finished);
      expect(report).toMatchObject({
        outcome: 'migrated',
        policy: { maxRounds: 1 },
        changes: [
          { from: { maxBandwidth: CAP }, to: { maxBandwidth: OTHER } },
          { from: { maxBandwidth: OTHER } },
        ],
      });
      expect(report.rounds[0]).toMatchObject({ cap: OTHER });
      // Files come first, and take three seconds, not all of it at the cap.
      const files = Math.max(...ratesBetween(samples, begun, synced));
      expect(files / CAP).toBeGreaterThan(0.8);
      expect(files / CAP).toBeLessThan(1.1);
      expectHeld(ratesBetween(samples, held, changed), CAP);
      expectHeld(ratesBetween(samples, settled, lifted), OTHER);
      // Nothing but the cap had held it.
      expect(Math.max(...ratesBetween(samples, lifted, Date.now()))).toBeGreaterThan(1.2 * CAP);
      expect((await traces(hosts.a)).filter((line) => !before.includes(line))).toEqual([]);
    } finally {
      await counter.kill('TERM');
      await counter.exit;
      await collected;
    }
  });
});

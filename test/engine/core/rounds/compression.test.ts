import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  carriedRate,
  decideCompression,
  planCompression,
  policyOver,
} from '../../../../engine/core/rounds/compression.ts';
import { defaultPolicy } from '../../../../engine/core/rounds/default-policy.ts';
import type { Compression, MemorySample } from '../../../../engine/model/compression.ts';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { memory } from '../../../fakes/facts.ts';
import { roundsOf } from '../rounds.ts';

const MIB = 1024 ** 2;

/** Of so many bytes a second, so many times smaller. */
const sampleOf = (speed: number, ratio: number): MemorySample => ({
  size: bytes(MIB),
  compressed: bytes(MIB / ratio),
  took: millis((MIB / speed) * 1000),
});

const seen = (link: number, speed: number, ratio: number): Compression =>
  decideCompression({ link: bytes(link * MIB), cap: undefined, sample: sampleOf(speed * MIB, ratio) });

describe('what can be said of compression before the link is open', () => {
  const asked = { asked: 'auto', channel: 'ssh', offered: true, memory } as const;

  test.each([
    [{}, 'to-be-measured', undefined],
    [{ asked: 'zlib', offered: false }, 'zlib', 'asked'],
    [{ asked: 'none' }, 'none', 'asked'],
    [{ channel: 'plain' }, 'none', 'elsewhere'],
    [{ offered: false }, 'none', 'refused'],
    [{ memory: { ...memory, resident: bytes(16 * MIB - 1) } }, 'none', 'little'],
  ] as const)('%j: %s, %s', (changed, kind, why) => {
    const plan = planCompression({ ...asked, ...changed });
    expect(plan).toMatchObject(why === undefined ? { kind } : { kind, reason: { kind: why } });
  });
});

describe('compression', () => {
  test.each([
    // What was seen of two emulated hosts, as they are and on a wire of 8 Mbit/s: it took 0.75 and 1.7 times as fast with it.
    [4.2, 3.3, 3.37, 'none'],
    [0.88, 3.3, 3.37, 'zlib'],
    // 1 Gbit/s, and 100 Mbit/s.
    [112, 36, 3, 'none'],
    [11, 36, 3, 'zlib'],
    // Nothing to be gained.
    [1, 36, 1, 'none'],
    [0.1, 36, 1.1, 'none'],
  ] as const)('of a link of %d MiB/s, at %d MiB/s and %dx: %s', (link, speed, ratio, kind) => {
    expect(seen(link, speed, ratio)).toMatchObject({ kind, reason: { kind: 'measured', capped: false } });
  });

  it('is left out where link or memory could not be measured', () => {
    const sample = sampleOf(MIB, 3);
    for (const evidence of [
      { link: undefined, sample },
      { link: bytes(MIB), sample: undefined },
      { link: bytes(0), sample },
      { link: bytes(MIB), sample: { ...sample, took: millis(0) } },
      { link: bytes(MIB), sample: { ...sample, compressed: bytes(0) } },
    ])
      expect(decideCompression({ cap: undefined, ...evidence })).toEqual({
        kind: 'none',
        reason: { kind: 'unknown' },
      });
  });

  it('takes a cap for what the link carries', () => {
    const sample = sampleOf(36 * MIB, 3);
    const capped = decideCompression({ link: undefined, cap: bytes(MIB), sample });
    expect(capped).toMatchObject({ kind: 'zlib', reason: { capped: true, link: Math.round(0.95 * MIB) } });
  });

  const rate = fc.double({ min: 0.01, max: 10_000, noNaN: true });
  const ratio = fc.double({ min: 0.9, max: 500, noNaN: true });

  it('is chosen only where memory gets over faster with it', () => {
    fc.assert(
      fc.property(rate, rate, ratio, (link, speed, smaller) => {
        const { kind } = seen(link, speed, smaller);
        return kind === 'none' || carriedRate(link, { speed: bytes(speed), ratio: smaller }) > link;
      }),
    );
  });

  it('that pays pays on a slower link, on a faster processor and for what gets smaller, too', () => {
    const more = fc.double({ min: 1, max: 10, noNaN: true });
    fc.assert(
      fc.property(rate, rate, ratio, more, (link, speed, smaller, by) => {
        if (seen(link, speed, smaller).kind === 'none') return true;
        return [
          seen(link / by, speed, smaller),
          seen(link, speed * by, smaller),
          seen(link, speed, smaller * by),
        ].every(({ kind }) => kind === 'zlib');
      }),
    );
  });
});

describe('a prediction over a link that compresses', () => {
  const zlib: Compression = {
    kind: 'zlib',
    reason: { kind: 'measured', link: bytes(MIB), capped: true, speed: bytes(40 * MIB), ratio: 4 },
  };

  const made = roundsOf(1000);

  it('counts memory by what gets over, not by what is on the wire', () => {
    const policy = { ...defaultPolicy, maxBandwidthFrozen: bytes(MIB) };
    const { maxBandwidthFrozen = 0 } = policyOver(zlib, policy, made);
    expect(maxBandwidthFrozen / MIB).toBeGreaterThan(3.5);
    expect(maxBandwidthFrozen / MIB).toBeLessThan(4);
  });

  it('takes the last dump to be no faster than it is compressed, where nothing else limits it', () => {
    const { maxBandwidthFrozen = 0 } = policyOver(zlib, defaultPolicy, made);
    expect((maxBandwidthFrozen * 0.95) / MIB).toBeCloseTo(40, 1);
  });

  it('is as ever where nothing is compressed, or nothing was measured', () => {
    const asked: Compression = { kind: 'zlib', reason: { kind: 'asked' } };
    for (const compression of [asked, { ...zlib, kind: 'none' } as const])
      expect(policyOver(compression, defaultPolicy, made)).toEqual(defaultPolicy);
  });

  it('takes the link to be as it was measured, before a round has shown it', () => {
    const measured = { ...zlib.reason, capped: false } as const;
    const none = policyOver({ kind: 'none', reason: measured }, defaultPolicy, []);
    expect(((none.maxBandwidthFrozen ?? 0) * 0.95) / MIB).toBeCloseTo(1, 3);
    const compressed = policyOver({ kind: 'zlib', reason: measured }, defaultPolicy, []);
    expect(((compressed.maxBandwidthFrozen ?? 0) * 0.95) / MIB).toBeCloseTo(1 / (1 / 40 + 1 / 4), 1);
    const slower = { ...defaultPolicy, maxBandwidthFrozen: bytes(MIB / 2) };
    expect(policyOver({ kind: 'none', reason: measured }, slower, [])).toEqual(slower);
  });
});

import { describe, expect, it } from 'vitest';
import { bytes, millis } from '../../../../engine/model/units.ts';
import { plainLines } from '../../../../engine/observe/progress/plain.ts';
import { changed, migrated, rolledBack } from '../../core/events.ts';

const said = (events: typeof migrated): readonly string[] =>
  events.flatMap((event) => plainLines(event) ?? []);

describe('lines without a terminal', () => {
  it('tell a migration from plan to outcome', () => {
    expect(said(migrated)).toMatchInlineSnapshot(`
      [
        "migration 20260102T030405Z-a1b2c3: shop from blue to green, 100.0 MiB resident",
        "phase: preflight",
        "compression off: link 118.0 MiB/s, zlib 60.0 MiB/s at 2.9x",
        "files (first): 20.0 MiB in 800 ms",
        "phase: pre-copy",
        "round 0: 25,600 pages, 100.0 MiB in 900 ms (111.1 MiB/s), frozen 10 ms",
        "decision: another round (predicted downtime 1.73 s)",
        "files (between rounds): 1 KiB in 60 ms",
        "round 1: 2,000 pages, 48 shared, 8.0 MiB in 80 ms (100.0 MiB/s), dirtied 2,000 pages/s over 1.00 s, frozen 10 ms",
        "decision: cut over (predicted downtime 580 ms): the predicted downtime of 580 ms is within the budget of 1.00 s",
        "phase: frozen",
        "images: 300 KiB in 50 ms",
        "files (frozen): 2 KiB in 40 ms",
        "verified: 42 images of 110.0 MiB in 30 ms",
        "phase: restoring",
        "phase: committed",
        "final dump: 948 pages",
        "downtime: 654 ms (freeze 104 ms, dump 310 ms, transfer 50 ms, file sync 0 ms, verify 0 ms, restore 160 ms, resume 30 ms)",
        "on the wire: 137.0 MiB",
        "warning: could not clean up the source: no such file",
        "phase: done",
        "outcome: migrated",
      ]
    `);
  });

  it('tell the image of a container from the images of criu', () => {
    const sent = { sent: bytes(52 * 1024 ** 2), took: millis(1500), at: millis(0) };
    expect(plainLines({ kind: 'image-shipped', ...sent })).toBe('container image: 52.0 MiB in 1.50 s');
    expect(plainLines({ kind: 'images-shipped', ...sent })).toBe('images: 52.0 MiB in 1.50 s');
  });

  it.each([
    [{ kind: 'zlib', reason: { kind: 'asked' } }, 'compression zlib: as asked'],
    [{ kind: 'none', reason: { kind: 'little' } }, 'compression off: there is little to send'],
    [
      {
        kind: 'zlib',
        reason: {
          kind: 'measured',
          link: bytes(1e6),
          capped: true,
          speed: bytes(3 * 1024 ** 2),
          ratio: 3.37,
        },
      },
      'compression zlib: link capped at 977 KiB/s, zlib 3.0 MiB/s at 3.4x',
    ],
  ] as const)('tell why the link compresses or not: %j', (compression, line) => {
    expect(plainLines({ kind: 'compression-decided', compression, at: millis(0) })).toBe(line);
  });

  it('tell what was changed of the limits, and what was not', () => {
    expect(said(changed)).toEqual([
      'limits changed: max-bandwidth none → 10.0 MiB/s, max-downtime 1.00 s → 300 ms',
      'limits not changed: perl on blue was not found',
    ]);
  });

  it('tell what failed with the lines of the log that show it', () => {
    expect(said(rolledBack).slice(-6)).toMatchInlineSnapshot(`
      [
        "failed in phase frozen: criu on blue exited with 1
        | Error (criu/tty.c:1): no",
        "phase: rolling-back",
        "rolling back: criu on blue exited with 1",
        "failed in phase rolling-back: and one more",
        "phase: rolled-back",
        "outcome: rolled-back",
      ]
    `);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../engine/core/report.ts';
import { bytes, millis } from '../../../engine/model/units.ts';
import { reportText } from '../../../engine/observe/report-text.ts';
import { anyEvents, changed, migrated, rolledBack } from '../core/events.ts';
import { round } from '../core/rounds.ts';

describe('the text of a report', () => {
  it('tells rounds, reason, and the downtime by part', () => {
    expect(`\n${reportText(reportOf(migrated))}\n`).toMatchInlineSnapshot(`
      "
      shop: blue → green (migration 20260102T030405Z-a1b2c3)
      outcome   migrated: shop runs on green
      total     2.50 s
      sent      111.7 MiB of pages, 111.7 % of 100.0 MiB resident; 20.3 MiB of files;
                137.0 MiB on the wire
      pages     over ssh, encrypted
      compress  off: link 118.0 MiB/s, zlib 60.0 MiB/s at 2.9x

      round   pages  shared       sent  window  transfer  MiB/s  dirty/s  frozen
      0      25,600       0  100.0 MiB       -    900 ms  111.1        -   10 ms
      1       2,000      48    8.0 MiB  1.00 s     80 ms  100.0    2,000   10 ms

      stopped   after 2 rounds: the predicted downtime of 580 ms is within the budget
                of 1.00 s

      downtime   predicted  measured   error
      freeze        100 ms    104 ms   +4 ms
      dump          220 ms    310 ms  +90 ms
      transfer       50 ms     50 ms    0 ms
      file sync       0 ms      0 ms    0 ms
      verify          0 ms      0 ms    0 ms
      restore       180 ms    160 ms  -20 ms
      resume         30 ms     30 ms    0 ms
      total         580 ms    654 ms  +74 ms
      "
    `);
  });

  it('tells what was changed on the way, when, from what to what', () => {
    const report = reportOf([...migrated.slice(0, 7), ...changed, ...migrated.slice(7)]);
    expect(report.policy).toMatchObject({ maxDowntime: 300, maxBandwidth: 10 * 1024 ** 2 });
    expect(reportText(report).replaceAll(/\n +/g, ' ')).toContain(
      'changed   after 0 ms: max-bandwidth none → 10.0 MiB/s, max-downtime 1.00 s → 300 ms',
    );
  });

  it('tells what failed and where the container is', () => {
    expect(`\n${reportText(reportOf(rolledBack))}\n`).toMatchInlineSnapshot(`
      "
      shop: blue → green (migration 20260102T030405Z-a1b2c3)
      outcome   rolled back: shop runs on blue as before
      failure   in phase frozen: criu on blue exited with 1
        | Error (criu/tty.c:1): no
      total     1.90 s
      sent      108.0 MiB of pages, 108 % of 100.0 MiB resident; 20.0 MiB of files
      pages     over ssh, encrypted
      compress  off: link 118.0 MiB/s, zlib 60.0 MiB/s at 2.9x

      round   pages  shared       sent  window  transfer  MiB/s  dirty/s  frozen
      0      25,600       0  100.0 MiB       -    900 ms  111.1        -   10 ms
      1       2,000      48    8.0 MiB  1.00 s     80 ms  100.0    2,000   10 ms

      stopped   after 2 rounds: the predicted downtime of 580 ms is within the budget
                of 1.00 s

      downtime   predicted
      freeze        100 ms
      dump          220 ms
      transfer       50 ms
      file sync       0 ms
      verify          0 ms
      restore       180 ms
      resume         30 ms
      total         580 ms
      "
    `);
  });

  it('leaves out the column of shared pages where there are none', () => {
    const report = { ...reportOf(migrated), rounds: [round(0, { written: 5 })] };
    expect(reportText(report)).not.toContain('shared');
  });

  it('tells of no round where none was made', () => {
    const stop = { kind: 'round-limit', rounds: 0, limit: 0 } as const;
    const text = reportText({ ...reportOf(migrated), rounds: [], stop });
    expect(text.replaceAll(/\n +/g, ' ')).toContain(
      '\n\nstopped   before any round: no round was to be made: all memory goes while the container stands still\n\ndowntime',
    );
  });

  it('fits 80 columns with 16 GiB and windows of minutes', () => {
    const large = round(1, { written: 4_194_304, window: 754_000, transfer: 754_000 });
    const report = { ...reportOf(migrated), rounds: [large], resident: bytes(2 ** 34), total: millis(1e6) };
    const widest = Math.max(
      ...reportText(report)
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(80);
  });

  it('exists for any events whatever', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(reportText(reportOf(events))).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { bytes } from '../../../engine/model/units.ts';
import { twoHosts } from '../../fakes/two-hosts.ts';
import { run } from './run-migration.ts';

describe('compression', () => {
  it('is had where the link is slower than it, before anything goes over the link', async () => {
    const world = twoHosts({ linkRate: 10e6 });
    const { report } = await run(world);
    expect(report).toMatchObject({
      outcome: 'migrated',
      compression: { kind: 'zlib', reason: { kind: 'measured', link: 10e6, speed: 100e6, ratio: 4 } },
      wireBytes: 1234,
    });
    const at = (name: string): number => world.calls.indexOf(name);
    expect(at('link.compress')).toBe(at('link.measure') + 1);
    expect(at('link.compress')).toBeLessThan(at('link.syncFiles first'));
    expect(at('link.carried')).toBeLessThan(at('link.close'));
  });

  it('is left out on a fast link', async () => {
    const world = twoHosts({ linkRate: 118e6 });
    const { report } = await run(world);
    expect(report).toMatchObject({ compression: { kind: 'none', reason: { kind: 'measured' } } });
    expect(world.calls).not.toContain('link.compress');
  });

  it('under a cap is decided from that, and what limits it is in the prediction', async () => {
    const policy = { maxBandwidth: bytes(1e6), maxBandwidthFrozen: bytes(1e6) };
    const slow = twoHosts();
    const { report } = await run(slow, { policy });
    expect(report.compression).toMatchObject({ kind: 'zlib', reason: { capped: true, link: 0.95e6 } });
    expect(slow.calls).not.toContain('link.measure');
    const plain = twoHosts({ sampled: false });
    const { report: uncompressed } = await run(plain, { policy });
    expect(uncompressed.compression).toEqual({ kind: 'none', reason: { kind: 'unknown' } });
    expect(report.predicted?.dump).toBeLessThan(uncompressed.predicted?.dump ?? 0);
  });

  it('does not matter where nobody tells what was on the wire', async () => {
    const world = twoHosts({
      at: (call) => {
        if (call === 'link.carried') throw new Error('ss was not found');
      },
    });
    const { report } = await run(world);
    expect(report).toMatchObject({ outcome: 'migrated' });
    expect(report).not.toHaveProperty('wireBytes');
    expect(report).not.toHaveProperty('remains');
  });
});

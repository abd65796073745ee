import { describe, expect, it } from 'vitest';
import { bytes } from '../../../../engine/model/units.ts';
import { memory } from '../../../fakes/facts.ts';
import { findings } from '../preflight-findings.ts';

const MIB = 1024 ** 2;

describe('a kernel that tracks no dirty pages', () => {
  const source = { dirtyTracking: { ok: false, detail: 'is OFF' } };

  it('is refused, with the way that is left and what it costs', () => {
    expect(findings({ source })[0]?.remedy).toBe(
      'Say --max-rounds 0 to move shop by stop-and-copy: it stands still for about 1.8 s at 1 Gbit/s. ' +
        'Or boot blue with a kernel built with CONFIG_MEM_SOFT_DIRTY.',
    );
  });

  it('is told of where no round is made, and forbids nothing', () => {
    const [only, ...others] = findings({ source, policy: { maxRounds: 0 } });
    expect(only).toMatchObject({ severity: 'warning', code: 'no-rounds' });
    expect(only?.remedy).toContain('Boot blue with a kernel built with CONFIG_MEM_SOFT_DIRTY');
    expect(others).toEqual([]);
  });
});

describe('a cap on the link', () => {
  const unable = { pacing: { ok: false, detail: 'perl: not found' } };
  const cap = { maxBandwidth: bytes(10 * MIB) };

  it.each([[cap], [{ maxBandwidthFrozen: bytes(10 * MIB) }]])(
    'is refused where the source cannot hold a connection to a rate: %o',
    (policy) => {
      expect(findings({ source: unable, policy })).toMatchObject([
        { severity: 'error', code: 'cap-not-held' },
      ]);
    },
  );

  it('needs nothing where none is asked for, and nothing of the destination', () => {
    expect(findings({ source: unable })).toEqual([]);
    expect(findings({ destination: unable, policy: cap })).toEqual([]);
  });

  it('does not touch what is sent at the cut-over', () => {
    const other = {
      container: { memory: { ...memory, tmpfs: [{ what: '/tmp', size: bytes(117 * 10 ** 6) }] } },
    };
    expect(findings({ ...other, policy: cap })[0]?.message).toMatch(/about 1.0 s at 1 Gbit/);
  });
});

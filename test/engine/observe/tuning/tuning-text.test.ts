import { describe, expect, it } from 'vitest';
import { tune } from '../../../../engine/core/simulation/tune.ts';
import type { Choice } from '../../../../engine/model/simulation.ts';
import { bytes } from '../../../../engine/model/units.ts';
import { lookText, profileText } from '../../../../engine/observe/tuning/profile-text.ts';
import { replayText, tuningText } from '../../../../engine/observe/tuning/tuning-text.ts';
import { load, pace, profile, seen } from '../../core/loads.ts';

const tuning = tune(load(), pace);
const options = ({ policy }: Choice): string =>
  policy.maxRounds === 8 ? '' : `--max-rounds ${policy.maxRounds}`;

describe('a profile', () => {
  it('is a line for each window, after one of how much there is', () => {
    expect(profileText(profile)).toEqual([
      'shop on blue: 100.0 MiB resident, of it 100.0 MiB private',
      '',
      ' within   dirtied  pages  of private  pages/s',
      ' 250 ms   2.3 MiB    600       2.3 %    2,400',
      ' 1.00 s   6.3 MiB  1,600       6.3 %    1,600',
      ' 4.00 s   9.4 MiB  2,400       9.4 %      600',
      '16.00 s  10.0 MiB  2,560        10 %      160',
    ]);
  });

  it('says what rounds do not help with', () => {
    const unreachable = [{ what: 'anonymous shared memory', size: bytes(8 * 1024 ** 2) }];
    const memory = { ...profile.memory, unreachable };
    expect(profileText({ ...profile, memory })[0]).toMatch(/, 8\.0 MiB that no round can copy$/);
  });

  it('is followed look by look', () => {
    expect(seen([500, 1000]).map(lookText)).toEqual(['500 ms: 1,000 pages (2,000 pages/s)']);
  });
});

describe('the front', () => {
  const lines = tuningText(tuning, options);

  it('is a table with the recommended row marked, and the defaults to compare with', () => {
    expect(lines[0]).toMatch(/^ +rounds +downtime +sent +total +stops with +options$/);
    expect(lines.filter((line) => line.startsWith('*'))).toHaveLength(1);
    expect(lines.filter((line) => line.endsWith('(the defaults)'))).toHaveLength(1);
  });

  it('fits a terminal, with its reason', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.startsWith('recommended'))).toMatch(
      /fewest bytes|least downtime|nothing else/,
    );
  });
});

describe('a replay', () => {
  it('puts what was beside what the simulator makes of it', () => {
    const { simulation } = tuning.defaults;
    const text = replayText({ rounds: 1, sent: bytes(1024 ** 2), simulation }).join(' ');
    expect(text).toMatch(/made 1 round and sent\s+1\.0 MiB;\s+simulated, \d+ rounds and \d/);
  });
});

import { describe, expect, it } from 'vitest';
import type { DestinationStanding } from '../../../engine/model/recovery.ts';
import { standingOf } from '../../../transport/keeper/left-restore.ts';
import type { MigrationFacts } from '../../../transport/keeper/migration-facts.ts';
import { planFor } from '../plan.ts';

const plan = planFor({ kind: 'directory', path: '/containers/shop/rootfs' });

interface Found {
  readonly migration?: string | undefined;
  readonly marks?: readonly string[];
  readonly atWork?: readonly string[];
  readonly runs?: boolean;
}

const standing = ({ marks = [], atWork = [], runs = false, ...rest }: Found): DestinationStanding => {
  const facts: MigrationFacts = {
    migration: 'migration' in rest ? rest.migration : plan.migration,
    marks: new Set(marks),
    atWork: atWork.map((name, index) => ({ name, pid: String(index) })),
  };
  return standingOf(facts, plan, runs);
};

describe('how a restore stands whose controller is gone', () => {
  it.each<readonly [DestinationStanding, string, Found]>([
    ['nothing', 'there is no directory and nothing runs', { migration: undefined }],
    [
      'other',
      'there is nothing of the migration, and a container of that name runs',
      { migration: undefined, runs: true },
    ],
    ['taken', 'the directory is of another migration', { migration: 'other', runs: true }],
    ['taken', 'nobody noted whose it is', { migration: '' }],
    ['files', 'only rounds were received', {}],
    ['images', 'the last dump is there', { marks: ['dumped'] }],
    ['images', 'it was held, and who held it is gone', { marks: ['dumped', 'claimed', 'prepared'] }],
    ['parked', 'it waits', { atWork: ['parked-restore', 'parked-restore'] }],
    ['parked', 'Docker waits', { marks: ['dumped'], atWork: ['parked-docker'] }],
    [
      'restoring',
      'it was asked to restore, or is called off',
      { marks: ['claimed'], atWork: ['parked-docker'] },
    ],
    ['restoring', 'runc restores', { marks: ['claimed', 'dumped'], atWork: ['parked-restore', 'restore'] }],
    [
      'restoring',
      'a hook of the restore runs',
      { marks: ['claimed'], atWork: ['destination-hold', 'restore'] },
    ],
    [
      'held',
      'all processes are there',
      { marks: ['claimed', 'prepared'], atWork: ['destination-hold', 'restore'], runs: true },
    ],
    ['restoring', 'it goes on just now', { marks: ['prepared', 'resumed'], atWork: ['restore'], runs: true }],
    ['running', 'it goes on', { marks: ['prepared', 'resumed'], runs: true }],
    ['over', 'it went on and has ended', { marks: ['dumped', 'prepared', 'resumed', 'started'] }],
    ['over', 'it went on, and the images of its last dump are gone', { marks: ['prepared', 'resumed'] }],
    ['cut-off', 'the runtime never had it', { marks: ['dumped', 'prepared', 'resumed'] }],
  ])('is %s when %s', (expected, _, found) => {
    expect(standing(found)).toBe(expected);
  });
});

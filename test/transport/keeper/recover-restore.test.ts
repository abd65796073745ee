import { describe, expect, it } from 'vitest';
import type { DestinationStanding } from '../../../engine/model/recovery.ts';
import type { MigrationFacts } from '../../../transport/keeper/migration-facts.ts';
import { destinationStanding } from '../../../transport/keeper/recover-restore.ts';
import { planFor } from '../plan.ts';

const plan = planFor({ kind: 'directory', path: '/containers/shop/rootfs' });

interface FactsOnHost {
  readonly migration?: string | undefined;
  readonly notes?: readonly string[];
  readonly atWork?: readonly string[];
  readonly runs?: boolean;
}

const standing = ({ notes = [], atWork = [], runs = false, ...rest }: FactsOnHost): DestinationStanding => {
  const facts: MigrationFacts = {
    migration: 'migration' in rest ? rest.migration : plan.migration,
    notes: new Set(notes),
    atWork: atWork.map((name, index) => ({ name, pid: String(index) })),
  };
  return destinationStanding(facts, plan, runs);
};

describe('a restore whose controller is gone', () => {
  it.each<readonly [DestinationStanding, string, FactsOnHost]>([
    ['nothing', 'there is no directory and no container runs', { migration: undefined }],
    [
      'other',
      'nothing of the migration is there, and a container of that name runs',
      { migration: undefined, runs: true },
    ],
    ['taken', 'the directory belongs to another migration', { migration: 'other', runs: true }],
    ['taken', 'the directory holds no id of a migration', { migration: '' }],
    ['files', 'only rounds were received', {}],
    ['images', 'the final dump has arrived', { notes: ['dumped'] }],
    ['foreign', 'a person has started the container there', { notes: ['dumped', 'prepared'], runs: true }],
    [
      'images',
      'the copy was held, and the process that held it is gone',
      { notes: ['dumped', 'claimed', 'prepared'] },
    ],
    ['parked', 'runc waits', { atWork: ['parked-restore', 'parked-restore'] }],
    ['parked', 'Docker waits', { notes: ['dumped'], atWork: ['parked-docker'] }],
    [
      'restoring',
      'the keeper has the request to restore, or calls the restore off',
      { notes: ['claimed'], atWork: ['parked-docker'] },
    ],
    ['restoring', 'runc restores', { notes: ['claimed', 'dumped'], atWork: ['parked-restore', 'restore'] }],
    [
      'restoring',
      'a hook of the restore runs',
      { notes: ['claimed'], atWork: ['destination-hold', 'restore'] },
    ],
    [
      'held',
      'all processes exist',
      { notes: ['claimed', 'prepared'], atWork: ['destination-hold', 'restore'], runs: true },
    ],
    [
      'restoring',
      'the copy has just been resumed',
      { notes: ['prepared', 'resumed'], atWork: ['restore'], runs: true },
    ],
    ['running', 'the copy runs', { notes: ['prepared', 'resumed'], runs: true }],
    ['over', 'the copy has run and has ended', { notes: ['dumped', 'prepared', 'resumed', 'started'] }],
    [
      'over',
      'the copy has run, and the images of the final dump are gone',
      { notes: ['prepared', 'resumed'] },
    ],
    ['cut-off', 'the runtime never took the copy over', { notes: ['dumped', 'prepared', 'resumed'] }],
  ])('is %s when %s', (expected, _, found) => {
    expect(standing(found)).toBe(expected);
  });
});

import { expect } from 'vitest';
import { defaultDockerRequest } from '../../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../../engine/core/rounds/default-policy.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { Calibration, ChangeRequest, Policy } from '../../../engine/model/policy.ts';
import type { Report } from '../../../engine/model/report.ts';
import { migrate } from '../../../engine/run/migrate.ts';
import { preflight } from '../../../engine/run/preflight.ts';
import { type TwoHosts, twoHosts } from '../../fakes/two-hosts.ts';

export const controller = (): AbortController => new AbortController();

interface RunOptions {
  readonly policy?: Partial<Policy>;
  readonly abort?: AbortController;
  readonly calibration?: Calibration;
  /** Hears the last event before each time that was waited for. */
  readonly durable?: (last: MigrationEvent | undefined) => void;
  readonly changes?: (listener: (request: ChangeRequest) => void) => () => void;
}

/** A migration between hosts in memory, from its preflight on. */
export const run = async (
  world: TwoHosts,
  { policy = {}, abort = controller(), calibration = {}, durable, changes }: RunOptions = {},
): Promise<{ report: Report; events: readonly MigrationEvent[] }> => {
  const request = {
    container: 'shop',
    from: 'here',
    to: 'there',
    policy: { ...defaultPolicy, ...policy },
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  };
  const plan = await preflight(world.ports, { migration: 'm1', request, address: 'there' });
  const events: MigrationEvent[] = [];
  const report = await migrate(plan, world.ports, {
    sink: (event) => events.push(event),
    signal: abort.signal,
    calibration,
    durable: async () => durable?.(events.at(-1)),
    ...(changes === undefined ? {} : { changes }),
  });
  return { report, events };
};

/** Every call of a migration that goes well. */
export const allCalls = async (): Promise<readonly string[]> => {
  const world = twoHosts();
  await run(world);
  return [...new Set(world.calls)];
};

export const COMMITTED_FROM: readonly string[] = [
  'source.resume',
  'restore.resume',
  'restore.settle',
  'dump.stats',
  'link.carried',
  'destination.release',
];

export const expectSourceUntouched = (world: TwoHosts): void => {
  expect(world).toMatchObject({ source: 'running', destination: 'absent', mostRunning: 1 });
  expect([...world.leftOnSource, ...world.leftOnDestination]).toEqual([]);
};

import fc from 'fast-check';
import type { Compression } from '../../../engine/model/compression.ts';
import type { StopReason } from '../../../engine/model/decision.ts';
import type { Downtime } from '../../../engine/model/downtime.ts';
import type { MigrationEvent, MigrationEventBody } from '../../../engine/model/event.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { bytes, millis, pages } from '../../../engine/model/units.ts';
import { container } from '../../fakes/facts.ts';
import { dirtyStats, policy, round } from './rounds.ts';

/** Events as migrations emit them. */

const downtime = (freeze: number, dump: number, restore: number): Downtime => ({
  freeze: millis(freeze),
  dump: millis(dump),
  transfer: millis(50),
  fileSync: millis(0),
  verify: millis(0),
  restore: millis(restore),
  resume: millis(30),
  total: millis(freeze + dump + restore + 80),
});

export const plan: Plan = {
  migration: '20260102T030405Z-a1b2c3',
  container: container(),
  from: 'blue',
  to: 'green',
  address: '10.0.0.2',
  policy: { ...policy, maxDowntime: millis(1000) },
  pages: {
    channel: 'ssh',
    ports: [914, 915],
    cipher: 'aes128-gcm@openssh.com',
    compression: { kind: 'to-be-measured' },
  },
  sourceDirectory: '/run/precopy/shop',
  destinationDirectory: '/run/precopy/shop',
  rootfs: container().rootfs,
  copyLower: [],
  imagesNeeded: bytes(166 * 1024 ** 2),
  docker: undefined,
  findings: [{ severity: 'note', code: 'stdio-pipe', message: 'fd 1 is a pipe' }],
};

const compression: Compression = {
  kind: 'none',
  reason: {
    kind: 'measured',
    link: bytes(118 * 1024 ** 2),
    capped: false,
    speed: bytes(60 * 1024 ** 2),
    ratio: 2.9,
  },
};

const stop: StopReason = { kind: 'downtime-met', predicted: millis(580), budget: millis(1000) };

/** Stamped a tenth of a second apart. */
const stamped = (bodies: readonly MigrationEventBody[]): readonly MigrationEvent[] =>
  bodies.map((body, index) => ({ at: millis(5000 + index * 100), ...body }));

const preCopied: readonly MigrationEventBody[] = [
  { kind: 'planned', plan },
  { kind: 'phase', from: 'planned', to: 'preflight' },
  { kind: 'compression-decided', compression },
  { kind: 'files-synced', when: 'first', sent: bytes(20 * 1024 ** 2), took: millis(800) },
  { kind: 'phase', from: 'preflight', to: 'pre-copy' },
  { kind: 'round-started', index: 0 },
  { kind: 'round-progress', index: 0, received: bytes(12 * 1024 ** 2) },
  { kind: 'round-finished', round: round(0, { written: 25_600, transfer: 900, overhead: 300 }) },
  { kind: 'decided', decision: { kind: 'another-round', estimate: downtime(100, 1200, 350) } },
  { kind: 'round-started', index: 1 },
  { kind: 'files-synced', when: 'round', sent: bytes(1024), took: millis(60) },
  { kind: 'round-finished', round: round(1, { written: 2000, shared: 48, transfer: 80, overhead: 300 }) },
  { kind: 'decided', decision: { kind: 'cut-over', reason: stop, estimate: downtime(100, 220, 180) } },
];

export const migrated: readonly MigrationEvent[] = stamped([
  ...preCopied,
  { kind: 'round-progress', index: 'final', received: bytes(4096) },
  { kind: 'phase', from: 'pre-copy', to: 'frozen' },
  { kind: 'images-shipped', sent: bytes(300 * 1024), took: millis(50) },
  { kind: 'files-synced', when: 'frozen', sent: bytes(2048), took: millis(40) },
  { kind: 'images-verified', files: 42, size: bytes(110 * 1024 ** 2), took: millis(30) },
  { kind: 'phase', from: 'frozen', to: 'restoring' },
  { kind: 'phase', from: 'restoring', to: 'committed' },
  { kind: 'final-dumped', dirty: dirtyStats({ written: 900, shared: 48, freezing: 104 }) },
  { kind: 'downtime', downtime: downtime(104, 310, 160) },
  { kind: 'carried', wire: bytes(137 * 1024 ** 2) },
  { kind: 'warning', message: 'could not clean up the source: no such file' },
  { kind: 'phase', from: 'committed', to: 'done' },
  { kind: 'finished', outcome: 'migrated' },
]);

export const rolledBack: readonly MigrationEvent[] = stamped([
  ...preCopied,
  { kind: 'phase', from: 'pre-copy', to: 'frozen' },
  {
    kind: 'failed',
    phase: 'frozen',
    message: 'criu on blue exited with 1',
    detail: ['Error (criu/tty.c:1): no'],
  },
  { kind: 'phase', from: 'frozen', to: 'rolling-back' },
  { kind: 'rolling-back', why: 'criu on blue exited with 1' },
  { kind: 'failed', phase: 'rolling-back', message: 'and one more', detail: [] },
  { kind: 'phase', from: 'rolling-back', to: 'rolled-back' },
  { kind: 'finished', outcome: 'rolled-back' },
]);

/** What `precopy set` leads to. */
export const changed: readonly MigrationEvent[] = stamped([
  {
    kind: 'policy-changed',
    request: '00000000000000aa',
    from: plan.policy,
    to: { ...plan.policy, maxBandwidth: bytes(10 * 1024 ** 2), maxDowntime: millis(300) },
  },
  { kind: 'change-refused', request: '00000000000000bb', why: 'perl on blue was not found' },
]);

/** One reason of each kind. */
export const reasons: readonly StopReason[] = [
  stop,
  { kind: 'few-dirty-pages', dirty: pages(12), threshold: pages(64) },
  { kind: 'growing', dirty: pages(2500), previous: pages(1000), growth: 0.25, threshold: 0.1 },
  { kind: 'stalled', rounds: 3, best: pages(1000), dirty: pages(1010) },
  { kind: 'round-limit', rounds: 8, limit: 8 },
  { kind: 'deadline', elapsed: millis(61_000), deadline: millis(60_000), predicted: millis(1500) },
  { kind: 'asked' },
];

/** Some of the events of a migration, in any order: what a journal that was cut or damaged may hold. */
export const anyEvents: fc.Arbitrary<readonly MigrationEvent[]> = fc
  .shuffledSubarray([...migrated, ...rolledBack, ...changed])
  .map((events) => events.map((event, index) => ({ ...event, at: millis(index) })));

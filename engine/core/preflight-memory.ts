import type { MemoryFacts, UnreachableMemory } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Bytes, bytes, type Millis, millis } from '../model/units.ts';
import { mib, roundedMillis } from './amounts.ts';
import { ASSUMED_BANDWIDTH } from './bandwidth.ts';

/** Longer than this is worth a warning. */
const NOTICEABLE = millis(100);

/** Memory that rounds do not help with: all of it goes over the wire while the container stands still. */
export const assessMemory = (memory: MemoryFacts): Finding[] => [
  ...assessShared(memory.anonymousShared),
  ...present(memory.unreachable).map(unreachable),
  ...present(memory.tmpfs).map(tmpfs),
];

const present = (parts: readonly UnreachableMemory[]): readonly UnreachableMemory[] =>
  parts.filter((part) => part.size > 0);

const assessShared = (size: Bytes): Finding[] =>
  size > 0
    ? [
        {
          severity: severityOf(size),
          code: 'shared-memory',
          message:
            `${mib(size)} of anonymous shared memory are sent whole in every round while the container ` +
            `stands still: ${cost(size)} each time`,
          remedy: 'Allow few rounds (--max-rounds), since each of them is a pause.',
        },
      ]
    : [];

const unreachable = ({ what, size }: UnreachableMemory): Finding => ({
  severity: severityOf(size),
  code: 'memory-not-pre-copied',
  message: `${mib(size)} of ${what} cannot be pre-copied and are sent at cut-over: ${cost(size)} more downtime`,
});

const tmpfs = ({ what, size }: UnreachableMemory): Finding => ({
  severity: severityOf(size),
  code: 'tmpfs-not-pre-copied',
  message:
    `${mib(size)} in ${what} cannot be pre-copied and are archived at cut-over: ` +
    `${cost(size)} more downtime`,
  remedy: 'Keep there only what has to move, or use a bind mount for it.',
});

const severityOf = (size: Bytes): Finding['severity'] => (timeFor(size) >= NOTICEABLE ? 'warning' : 'note');

const cost = (size: Bytes): string => `about ${roundedMillis(timeFor(bytes(size)))} at 1 Gbit/s`;

const timeFor = (size: Bytes): Millis => millis(size / ASSUMED_BANDWIDTH);

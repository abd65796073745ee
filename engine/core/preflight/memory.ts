import type { MemoryFacts, UnreachableMemory } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { Policy } from '../../model/policy.ts';
import { type Bytes, type Millis, millis } from '../../model/units.ts';
import { ASSUMED_BANDWIDTH } from '../prediction/bandwidth.ts';
import { cappedRate } from '../prediction/cap.ts';
import { makesRounds } from '../rounds/decide.ts';
import { mib, roundedTime } from './amounts.ts';

/** Longer than this is worth a warning. */
const NOTICEABLE = millis(100);

/** Memory that rounds do not help with: all of it goes over the wire while the container stands still. */
export const assessMemory = (memory: MemoryFacts, policy: Policy): Finding[] => {
  // Then that holds of all memory, which is a finding of its own.
  if (!makesRounds(policy)) return [];
  const frozen = at(policy.maxBandwidthFrozen);
  return [
    ...present(memory.unreachable).map((part) => unreachable(part, frozen)),
    ...present(memory.tmpfs).map((part) => tmpfs(part, frozen)),
  ];
};

/** What memory takes, at the rate the link is taken to have. */
interface Toll {
  readonly severity: (size: Bytes) => Finding['severity'];
  readonly cost: (size: Bytes) => string;
}

const at = (cap: Bytes | undefined): Toll => {
  const capped = cappedRate(cap) < ASSUMED_BANDWIDTH;
  const timeFor = (size: Bytes): Millis => millis(size / Math.min(ASSUMED_BANDWIDTH, cappedRate(cap)));
  return {
    severity: (size) => (timeFor(size) >= NOTICEABLE ? 'warning' : 'note'),
    cost: (size) => `about ${roundedTime(timeFor(size))} at ${capped ? 'the cap' : '1 Gbit/s'}`,
  };
};

const present = (parts: readonly UnreachableMemory[]): readonly UnreachableMemory[] =>
  parts.filter((part) => part.size > 0);

const unreachable = ({ what, size }: UnreachableMemory, { severity, cost }: Toll): Finding => ({
  severity: severity(size),
  code: 'memory-not-pre-copied',
  message: `${mib(size)} of ${what} cannot be pre-copied and are sent at cut-over: ${cost(size)} more downtime`,
});

const tmpfs = ({ what, size }: UnreachableMemory, { severity, cost }: Toll): Finding => ({
  severity: severity(size),
  code: 'tmpfs-not-pre-copied',
  message:
    `${mib(size)} in ${what} cannot be pre-copied and are archived at cut-over: ` +
    `${cost(size)} more downtime`,
  remedy: 'Keep there only what has to move, or use a bind mount for it.',
});

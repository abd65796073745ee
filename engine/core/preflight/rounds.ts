import type { ContainerFacts, HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { containerName } from '../../model/names.ts';
import type { Policy } from '../../model/policy.ts';
import { bytes, type Millis } from '../../model/units.ts';
import { ASSUMED_BANDWIDTH } from '../prediction/bandwidth.ts';
import { cappedRate } from '../prediction/cap.ts';
import { defaultCosts } from '../prediction/costs.ts';
import { predictDowntime } from '../prediction/downtime.ts';
import { makesRounds } from '../rounds/decide.ts';
import { mib, roundedTime } from './amounts.ts';

/** Whether rounds can be made, and what it costs to make none. */
export const assessRounds = (source: HostFacts, container: ContainerFacts, policy: Policy): Finding[] =>
  makesRounds(policy)
    ? assessDirtyTracking(source, container, policy)
    : [withoutRounds(source, container, policy)];

const assessDirtyTracking = (source: HostFacts, container: ContainerFacts, policy: Policy): Finding[] => {
  const { name, kernel, criuVersion, dirtyTracking } = source;
  // Without criu nobody could ask the kernel.
  if (dirtyTracking.ok || criuVersion === undefined) return [];
  return [
    {
      severity: 'error',
      code: 'dirty-tracking-missing',
      message: `kernel ${kernel} of ${name} does not track dirty pages: ${dirtyTracking.detail}`,
      remedy:
        `Say --max-rounds 0 to move ${containerName(container)} by stop-and-copy: it stands still for ` +
        `${about(container, policy)}. Or boot ${name} with a kernel built with CONFIG_MEM_SOFT_DIRTY.`,
    },
  ];
};

const withoutRounds = (source: HostFacts, container: ContainerFacts, policy: Policy): Finding => {
  const { resident, tmpfs } = container.memory;
  const all = bytes(tmpfs.reduce<number>((sum, { size }) => sum + size, resident));
  return {
    severity: 'warning',
    code: 'no-rounds',
    message:
      `no round is made: all ${mib(all)} of memory go while ${containerName(container)} stands still, ` +
      `for ${about(container, policy)}`,
    remedy: source.dirtyTracking.ok
      ? 'Leave out --max-rounds 0: rounds copy memory while it runs.'
      : `Boot ${source.name} with a kernel built with CONFIG_MEM_SOFT_DIRTY, which makes rounds possible.`,
  };
};

/** Nothing is known of the link yet but its cap. */
const about = (container: ContainerFacts, { maxBandwidthFrozen: cap }: Policy): string => {
  const predicted: Millis = predictDowntime(defaultCosts(container), [], cap).total;
  return `about ${roundedTime(predicted)} at ${cappedRate(cap) < ASSUMED_BANDWIDTH ? 'the cap' : '1 Gbit/s'}`;
};

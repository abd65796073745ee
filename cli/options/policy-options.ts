import { type Command, Option } from 'commander';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { OnDeadline, Policy } from '../../engine/model/policy.ts';
import { type Bytes, type Millis, millis, type Pages } from '../../engine/model/units.ts';
import { parseBandwidth, parseDuration, parseGrowth, parsePages, parseRounds } from './values.ts';
import { withOptions } from './with-options.ts';

/** Options of the stop rules and caps. */
export interface PolicyOptions {
  readonly maxRounds: number;
  readonly minDirtyPages: Pages;
  readonly maxGrowth: number;
  readonly maxDowntime?: Millis;
  readonly deadline?: Millis;
  readonly onDeadline: OnDeadline;
  readonly stallTimeout: Millis;
  readonly maxBandwidth?: Bytes;
  readonly maxBandwidthFrozen?: Bytes;
}

const { maxRounds, minDirtyPages, maxGrowth, onDeadline } = defaultPolicy;

/** Returns the share as options have it, rounded to hundredths of a percent. */
const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

export const maxRoundsOption = (): Option =>
  new Option('--max-rounds <n>', 'cut over after this many rounds; 0: stop-and-copy, without rounds')
    .argParser(parseRounds)
    .default(maxRounds);

const policyOptions = (): readonly Option[] => [
  maxRoundsOption(),
  new Option('--min-dirty-pages <n>', 'cut over when a round sent at most this many pages (64, 256KiB)')
    .argParser(parsePages)
    .default(minDirtyPages),
  new Option(
    '--max-growth <share>',
    'cut over when dirty memory grows by more than this from round to round (10%)',
  )
    .argParser(parseGrowth)
    .default(maxGrowth, percent(maxGrowth)),
  new Option(
    '--max-downtime <time>',
    'cut over when the predicted downtime is at most this (300ms, 2s)',
  ).argParser(parseDuration),
  new Option('--deadline <time>', 'time for all rounds (1m30s)').argParser(parseDuration),
  new Option('--on-deadline <what>', 'what to do at the deadline')
    .choices(['cut-over', 'give-up'])
    .default(onDeadline),
  new Option('--stall-timeout <time>', 'a round that receives nothing for this long has failed')
    .argParser(parseDuration)
    .default(millis(30_000), '30s'),
];

export const bandwidthOption = (): Option =>
  new Option(
    '--max-bandwidth <rate>',
    'the most that rounds and file syncs put on the link (100Mbit/s, 10MiB/s)',
  ).argParser(parseBandwidth);

const capOptions = (): readonly Option[] => [
  bandwidthOption(),
  new Option(
    '--max-bandwidth-frozen <rate>',
    'the same while the container is frozen (default: no cap)',
  ).argParser(parseBandwidth),
];

export const withPolicyOptions = (command: Command): Command =>
  withOptions(command, [...policyOptions(), ...capOptions()]);

/** Throws `InvalidInput` for options that contradict each other. */
export const policyFrom = (options: PolicyOptions): Policy => {
  if (options.onDeadline === 'give-up' && options.deadline === undefined) {
    throw new InvalidInput('--on-deadline give-up needs a --deadline to give up at');
  }
  return policyOf(options);
};

const policyOf = (options: PolicyOptions): Policy => ({
  maxRounds: options.maxRounds,
  minDirtyPages: options.minDirtyPages,
  maxGrowth: options.maxGrowth,
  ...(options.maxDowntime === undefined ? {} : { maxDowntime: options.maxDowntime }),
  ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  onDeadline: options.onDeadline,
  ...(options.maxBandwidth === undefined ? {} : { maxBandwidth: options.maxBandwidth }),
  ...(options.maxBandwidthFrozen === undefined ? {} : { maxBandwidthFrozen: options.maxBandwidthFrozen }),
});

/** Returns the options that turn the default policy into this one, without its cap. */
export const optionsFor = (policy: Policy): readonly string[] => [
  ...(policy.maxRounds === maxRounds ? [] : ['--max-rounds', String(policy.maxRounds)]),
  ...(policy.minDirtyPages === minDirtyPages ? [] : ['--min-dirty-pages', String(policy.minDirtyPages)]),
  ...(policy.maxGrowth === maxGrowth ? [] : ['--max-growth', percent(policy.maxGrowth)]),
  ...(policy.maxDowntime === undefined ? [] : ['--max-downtime', `${policy.maxDowntime}ms`]),
];

/** Returns the option for the policy's cap, if it has one. */
export const capOptionFor = ({ maxBandwidth }: Policy): readonly string[] =>
  maxBandwidth === undefined ? [] : ['--max-bandwidth', `${maxBandwidth}B/s`];

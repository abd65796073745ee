import { type Command, Option } from 'commander';
import type { PolicyChange } from '../../engine/model/policy.ts';
import type { Bytes, Millis, Pages } from '../../engine/model/units.ts';
import { parseBandwidth, parseCount, parseDuration, parseGrowth, parsePages } from './values.ts';
import { withOptions } from './with-options.ts';

/** The parsed options. `none` removes a limit; commander would read `null` as no value. */
export interface ChangeOptions {
  readonly maxRounds?: number;
  readonly minDirtyPages?: Pages;
  readonly maxGrowth?: number;
  readonly maxDowntime?: Millis | 'none';
  readonly maxBandwidth?: Bytes | 'none';
  readonly maxBandwidthFrozen?: Bytes | 'none';
}

/** Parses an optional limit, which `none` removes. */
const orNone =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | 'none' =>
    text === 'none' ? text : parse(text);

const changeOptions = (): readonly Option[] => [
  new Option(
    '--max-bandwidth <rate>',
    'the most that rounds and file syncs put on the link (100Mbit/s, none)',
  ).argParser(orNone(parseBandwidth)),
  new Option(
    '--max-bandwidth-frozen <rate>',
    'the same while the container is frozen (100Mbit/s, none)',
  ).argParser(orNone(parseBandwidth)),
  new Option(
    '--max-downtime <time>',
    'cut over when the predicted downtime is at most this (300ms, none)',
  ).argParser(orNone(parseDuration)),
  new Option('--max-rounds <n>', 'cut over after this many rounds, including those already made').argParser(
    parseCount,
  ),
  new Option(
    '--min-dirty-pages <n>',
    'cut over when a round sent at most this many pages (64, 256KiB)',
  ).argParser(parsePages),
  new Option(
    '--max-growth <share>',
    'cut over when dirty memory grows by more than this from round to round (10%)',
  ).argParser(parseGrowth),
];

/** Adds the options for limits of a running migration. A limit without an option is not changed. */
export const withChangeOptions = (command: Command): Command => withOptions(command, changeOptions());

export const changeFrom = ({
  maxDowntime,
  maxBandwidth,
  maxBandwidthFrozen,
  ...thresholds
}: ChangeOptions): PolicyChange => ({
  ...thresholds,
  ...(maxDowntime === undefined ? {} : { maxDowntime: orNull(maxDowntime) }),
  ...(maxBandwidth === undefined ? {} : { maxBandwidth: orNull(maxBandwidth) }),
  ...(maxBandwidthFrozen === undefined ? {} : { maxBandwidthFrozen: orNull(maxBandwidthFrozen) }),
});

const orNull = <Value>(value: Value | 'none'): Value | null => (value === 'none' ? null : value);

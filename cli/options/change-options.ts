import { type Command, Option } from 'commander';
import type { PolicyChange } from '../../engine/model/policy.ts';
import type { Bytes, Millis, Pages } from '../../engine/model/units.ts';
import { parseBandwidth, parseCount, parseDuration, parseGrowth, parsePages } from './values.ts';
import { withOptions } from './with-options.ts';

/** As words say them: commander takes `null` for no value at all. */
export interface ChangeOptions {
  readonly maxRounds?: number;
  readonly minDirtyPages?: Pages;
  readonly maxGrowth?: number;
  readonly maxDowntime?: Millis | 'none';
  readonly maxBandwidth?: Bytes | 'none';
  readonly maxBandwidthFrozen?: Bytes | 'none';
}

/** Limits that need not be there can be taken away. */
const orNone =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | 'none' =>
    text === 'none' ? text : parse(text);

const changeOptions = (): readonly Option[] => [
  new Option(
    '--max-bandwidth <rate>',
    'most that rounds and syncs put on the link (100Mbit/s, none)',
  ).argParser(orNone(parseBandwidth)),
  new Option(
    '--max-bandwidth-frozen <rate>',
    'the same while the container stands still (100Mbit/s, none)',
  ).argParser(orNone(parseBandwidth)),
  new Option(
    '--max-downtime <time>',
    'cut over once the predicted downtime is within this (300ms, none)',
  ).argParser(orNone(parseDuration)),
  new Option('--max-rounds <n>', 'cut over after this many rounds, those that were made included').argParser(
    parseCount,
  ),
  new Option(
    '--min-dirty-pages <n>',
    'cut over when a round sent no more pages than this (64, 256KiB)',
  ).argParser(parsePages),
  new Option(
    '--max-growth <share>',
    'cut over when a round is dirtier than the one before by more than this (10%)',
  ).argParser(parseGrowth),
];

/** Limits to change while a migration runs. Nothing is changed that is not said. */
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

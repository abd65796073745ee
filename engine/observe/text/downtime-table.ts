import type { Downtime, DowntimeEstimate } from '../../model/downtime.ts';
import { type Millis, millis } from '../../model/units.ts';
import { signedTime, time } from './format.ts';
import { table } from './layout.ts';

const parts = [
  ['freeze', (downtime: Downtime): Millis => downtime.freeze],
  ['dump', (downtime: Downtime): Millis => downtime.dump],
  ['transfer', (downtime: Downtime): Millis => downtime.transfer],
  ['file sync', (downtime: Downtime): Millis => downtime.fileSync],
  ['verify', (downtime: Downtime): Millis => downtime.verify],
  ['restore', (downtime: Downtime): Millis => downtime.restore],
  ['resume', (downtime: Downtime): Millis => downtime.resume],
  ['total', (downtime: Downtime): Millis => downtime.total],
] as const;

/** Predicted beside measured, by part; a column that is not known is left out. */
export const downtimeTable = (
  predicted: DowntimeEstimate | undefined,
  measured: Downtime | undefined,
): readonly string[] => {
  const both = predicted !== undefined && measured !== undefined;
  const rows = parts.map(([name, of]) => [
    name,
    ...(predicted === undefined ? [] : [time(of(predicted))]),
    ...(measured === undefined ? [] : [time(of(measured))]),
    ...(both ? [signedTime(millis(of(measured) - of(predicted)))] : []),
  ]);
  const header = [
    'downtime',
    ...(predicted === undefined ? [] : ['predicted']),
    ...(measured === undefined ? [] : ['measured']),
    ...(both ? ['error'] : []),
  ];
  return table([header, ...rows]);
};

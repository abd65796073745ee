import type { PartName, RunRecord } from '../model/run-record.ts';
import { type Interval, ratioInterval } from './bootstrap.ts';
import { median, quantile } from './quantile.ts';

/** What several runs of one figure came to. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** All runs of one variant at one setting, without warm-ups. */
export interface Summary {
  readonly scenario: string;
  readonly variant: string;
  readonly runs: number;
  readonly failed: number;
  readonly gap?: Figure;
  readonly total?: Figure;
  readonly bytes?: Figure;
  /** As the tool itself says. */
  readonly downtime?: Figure;
  /** Median of each part of the gap. */
  readonly parts: readonly { readonly part: PartName; readonly ms: number }[];
  /** The gap of the one compared with, over this one's; of fewer than three runs nobody can tell an interval. */
  readonly ratio?: { readonly ratio: number; readonly interval?: Interval };
}

/** One for each scenario and variant, in the order in which they first appear. Ratios are to `against`'s gap. */
export const summarize = (records: readonly RunRecord[], against: string): readonly Summary[] => {
  const counted = records.filter(({ repetition }) => repetition > 0);
  const groups = new Map<string, readonly RunRecord[]>();
  for (const record of counted) {
    const name = `${record.scenario} ${record.variant}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { scenario, variant } = first;
    const reference = groups.get(`${scenario} ${against}`) ?? [];
    return [summaryOf(group, variant === against ? [] : reference, { scenario, variant })];
  });
};

const gapsOf = (group: readonly RunRecord[]): readonly number[] =>
  group.flatMap(({ outcome, client }) =>
    outcome === 'ok' && client !== undefined ? [client.longestGap] : [],
  );

const summaryOf = (
  group: readonly RunRecord[],
  reference: readonly RunRecord[],
  name: Pick<Summary, 'scenario' | 'variant'>,
): Summary => {
  const good = group.filter(({ outcome }) => outcome === 'ok');
  const gaps = gapsOf(group);
  const compared = gapsOf(reference);
  return {
    ...name,
    runs: group.length,
    failed: group.length - good.length,
    ...figures({
      gap: gaps,
      total: good.map(({ totalTime }) => totalTime),
      bytes: good.flatMap(({ bytesSent }) => bytesSent ?? []),
      downtime: good.flatMap(({ downtime }) => downtime ?? []),
    }),
    parts: partsOf(good),
    ...(gaps.length === 0 || compared.length === 0 ? {} : { ratio: ratioOf(compared, gaps) }),
  };
};

const ratioOf = (compared: readonly number[], gaps: readonly number[]): NonNullable<Summary['ratio']> => {
  const ratio = median(compared) / median(gaps);
  return Math.min(compared.length, gaps.length) < FEWEST
    ? { ratio }
    : { ratio, interval: ratioInterval(compared, gaps) };
};

const FEWEST = 3;

const figures = <Name extends string>(
  values: Readonly<Record<Name, readonly number[]>>,
): Partial<Record<Name, Figure>> => {
  const found: Partial<Record<Name, Figure>> = {};
  for (const name in values) {
    const of = values[name];
    if (of.length > 0) found[name] = { median: median(of), least: quantile(of, 0), most: quantile(of, 1) };
  }
  return found;
};

const partsOf = (records: readonly RunRecord[]): Summary['parts'] => {
  const names = new Set(records.flatMap(({ parts }) => (parts ?? []).map(({ part }) => part)));
  const took = ({ parts }: RunRecord, name: PartName): number =>
    (parts ?? []).reduce((sum, { part, ms }) => (part === name ? sum + ms : sum), 0);
  return [...names].map((part) => ({ part, ms: median(records.map((record) => took(record, part))) }));
};

import type { ClientRecord, Latency } from '../model/run-record.ts';
import { quantile } from '../stats/quantile.ts';
import type { Asked, ProbeResult } from './probe.ts';
import { micros, thin } from './thin.ts';

/** A stretch of the client's clock. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

/** What a record keeps of a timeline. */
const POINTS = 800;

/** The longest time without a right answer that ends after the command began; to the end of the watch where none came any more. */
export const longestGap = ({ requests, stoppedAt }: ProbeResult, began: number): Span => {
  const right = requests.flatMap(({ answer }) => (answer?.right === true ? [answer.at] : []));
  const times = [...right.toSorted((one, other) => one - other), stoppedAt];
  let longest: Span = { began, ended: began };
  for (let index = 1; index < times.length; index += 1) {
    const span = { began: times[index - 1] ?? 0, ended: times[index] ?? 0 };
    if (span.ended > began && lengthOf(span) > lengthOf(longest)) longest = span;
  }
  return longest;
};

export const lengthOf = ({ began, ended }: Span): number => ended - began;

/** What a client saw of a migration whose command began at `began`; `lost`: found wrong only when looked at in the end. */
export const clientRecord = (seen: ProbeResult, began: number, lost: number): ClientRecord => {
  const { requests } = seen;
  const gap = longestGap(seen, began);
  const answered = requests.flatMap(({ sentAt, answer }) =>
    answer === undefined ? [] : [{ sentAt, took: answer.at - sentAt, at: answer.at }],
  );
  const latency = (isMeant: (sentAt: number, at: number) => boolean): Latency =>
    latencyOf(answered.filter(({ sentAt, at }) => isMeant(sentAt, at)).map(({ took }) => took));
  return {
    requests: requests.length,
    failed: requests.length - answered.length,
    wrong: requests.filter(isWrong).length + lost,
    longestGap: micros(lengthOf(gap)),
    gapBegan: micros(gap.began - began),
    latency: {
      before: latency((_, at) => at < began),
      during: latency((_, at) => at >= began && at <= gap.began),
      after: latency((_, at) => at > gap.ended),
    },
    timeline: thin(
      answered.map(({ sentAt, took }) => [sentAt - began, took]),
      POINTS,
    ),
  };
};

const isWrong = ({ answer }: Asked): boolean => answer?.right === false;

const latencyOf = (times: readonly number[]): Latency => {
  const share = (part: number): number => (times.length === 0 ? 0 : micros(quantile(times, part)));
  return { p50: share(0.5), p99: share(0.99), max: share(1) };
};

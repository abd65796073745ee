import type { ContainerSpec } from '../containers/oci-config.ts';
import { dirtier, pageCounter, redis } from '../containers/workloads.ts';

/** What is migrated to compare a prediction with: small, so that many different ones can be. */
export interface Subject {
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly mebibytes: number;
  /** Pages written to per second, as far as the workload keeps to it. */
  readonly dirtyRate: number;
  /** Of redis: values of 1000 bytes to begin with, and writes per second from outside. */
  readonly redis?: { readonly keys: number; readonly writes: number };
  readonly policy: readonly string[];
}

const ID = 'evidence';

const working = (
  mebibytes: number,
  workingSet: number,
  dirtyRate: number,
  ...policy: readonly string[]
): Subject => ({
  name: `dirtier-${mebibytes}-${workingSet}-${dirtyRate}${suffix(policy)}`,
  spec: dirtier(ID, mebibytes, workingSet, dirtyRate),
  mebibytes,
  dirtyRate,
  policy,
});

const counting = (mebibytes: number, dirtyRate: number, ...policy: readonly string[]): Subject => ({
  name: `counter-${mebibytes}-${dirtyRate}${suffix(policy)}`,
  spec: pageCounter(ID, mebibytes, dirtyRate),
  mebibytes,
  dirtyRate,
  policy,
});

const serving = (keys: number, writes: number, ...policy: readonly string[]): Subject => ({
  name: `redis-${keys}-${writes}${suffix(policy)}`,
  spec: redis(ID),
  mebibytes: Math.round(keys / 900),
  dirtyRate: writes,
  redis: { keys, writes },
  policy,
});

const suffix = (policy: readonly string[]): string =>
  policy.length === 0 ? '' : `-${policy.join('-').replaceAll(/-*(--|max|min|dirty|pages)-*/g, '')}`;

/** In the order they are run in: what one shows about the hosts, the next may use. */
export const subjects: readonly Subject[] = [
  working(32, 8, 500),
  serving(30_000, 100),
  counting(24, 300),
  working(64, 16, 1000, '--max-rounds', '2'),
  working(16, 1, 100),
  serving(60_000, 200, '--max-rounds', '3'),
  working(48, 4, 3000, '--max-rounds', '4'),
  counting(64, 1000, '--max-rounds', '3'),
  working(96, 8, 2000, '--max-rounds', '3'),
  serving(10_000, 50, '--max-downtime', '8s'),
  working(24, 24, 200, '--max-rounds', '5'),
  working(80, 2, 400, '--min-dirty-pages', '512'),
  counting(40, 2500, '--max-rounds', '2'),
  serving(90_000, 100, '--max-rounds', '2'),
  working(64, 32, 4000, '--max-rounds', '3'),
  working(20, 0, 0),
  working(40, 10, 1500, '--max-growth', '50%'),
  serving(45_000, 300),
  counting(96, 500, '--max-rounds', '3'),
  working(56, 28, 800, '--max-rounds', '4'),
  working(72, 1, 5000, '--max-downtime', '10s'),
  serving(75_000, 0),
  counting(16, 100),
  working(88, 44, 2000, '--max-rounds', '1'),
  working(36, 6, 700, '--max-rounds', '6'),
];

export const subjectNamed = (name: string): Subject => {
  const found = subjects.find((subject) => subject.name === name);
  if (found === undefined) throw new Error(`no subject is called ${name}`);
  return found;
};

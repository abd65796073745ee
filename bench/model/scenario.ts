import { z } from 'zod';

/** What is migrated, how fast it changes, and over what: the data of a file in `bench/scenarios/`. */
export interface Scenario {
  readonly name: string;
  readonly workload: Workload;
  /** What the workload is given to hold. */
  readonly memoryBytes: number;
  /** Pages per second that `churn` writes; of the others, what the client asks per second, which are writes but for nginx. */
  readonly dirtyRate: number;
  /** In bit/s, where the wire between the hosts is to be slower than it is. */
  readonly linkRate?: number;
  /** Options for `precopy migrate`. */
  readonly policy?: readonly string[];
}

export type Workload =
  | { readonly program: 'redis' | 'memcached' | 'postgresql' | 'nginx' }
  | {
      readonly program: 'churn';
      readonly workingSetBytes: number;
      readonly pattern: 'sequential' | 'uniform' | 'hot-cold' | 'bursty' | 'append';
      readonly sharing: 'private' | 'shared';
      readonly threads: number;
    };

const workload: z.ZodType<Workload> = z.discriminatedUnion('program', [
  z.strictObject({ program: z.enum(['redis', 'memcached', 'postgresql', 'nginx']) }),
  z.strictObject({
    program: z.literal('churn'),
    workingSetBytes: z.int().positive(),
    pattern: z.enum(['sequential', 'uniform', 'hot-cold', 'bursty', 'append']),
    sharing: z.enum(['private', 'shared']),
    threads: z.int().min(1).max(16),
  }),
]);

/** The lab's hosts have 2 GiB, of which images in memory take their part. */
const MOST_MEMORY = 768 * 1024 ** 2;

export const scenarioSchema: z.ZodType<Scenario> = z
  .strictObject({
    name: z.string().regex(/^[\w.-]+$/),
    workload,
    memoryBytes: z.int().positive().max(MOST_MEMORY),
    dirtyRate: z.number().nonnegative(),
    linkRate: z.exactOptional(z.number().positive()),
    policy: z.exactOptional(z.array(z.string())),
  })
  .refine(
    ({ workload, memoryBytes }) => workload.program !== 'churn' || workload.workingSetBytes <= memoryBytes,
    'the working set is larger than the memory',
  );

import { z } from 'zod';

/** One run of one way to migrate, as it is kept: a line of JSON each in `bench/results/NAME.jsonl`. Times in ms. */
export interface RunRecord {
  readonly version: 1;
  /** When it began. */
  readonly at: string;
  readonly scenario: string;
  /** Which way: `precopy`, `script`, `stop-and-copy`, `docker`, `podman`, `floor`, or another. */
  readonly variant: string;
  /** From 1 on; warm-ups are 0. */
  readonly repetition: number;
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly kernel: string };
  /** Of the hosts, but for precopy's own. */
  readonly versions: {
    readonly precopy: string;
    readonly criu: string;
    readonly runc: string;
    readonly docker?: string;
    readonly podman?: string;
    readonly kernel: string;
  };
  readonly outcome: 'ok' | 'failed';
  readonly failure?: string;
  readonly settings: RunSettings;
  readonly client?: ClientRecord;
  /** From the command until it was done. */
  readonly totalTime: number;
  /** Over the wire between the hosts, by the source's card. */
  readonly bytesSent?: number;
  /** As the tool itself says. */
  readonly downtime?: number;
  /** What the client's longest gap was made of. */
  readonly parts?: readonly GapPart[];
  /** precopy's own report. */
  readonly report?: Readonly<Record<string, unknown>>;
}

export interface RunSettings {
  readonly workload: string;
  /** What the workload holds. */
  readonly memoryBytes: number;
  /** Pages per second as asked for; with a client that writes, its writes. */
  readonly dirtyRate: number;
  /** In bit/s, where the wire is shaped. */
  readonly linkRate?: number;
  /** Options given to `precopy migrate`. */
  readonly policy?: readonly string[];
}

/** What a client outside both hosts saw. */
export interface ClientRecord {
  readonly requests: number;
  /** Sent, and never answered. */
  readonly failed: number;
  /** Answered, with something else than was right; or acknowledged, and not there in the end. */
  readonly wrong: number;
  /** The longest time without a right answer. */
  readonly longestGap: number;
  /** Since the command began. */
  readonly gapBegan: number;
  /** Before the command, from there to the gap's end without the gap, and after it. */
  readonly latency: {
    readonly before: Latency;
    readonly during: Latency;
    readonly after: Latency;
  };
  /** [since the command began, latency] of requests, thinned so that extremes stay; before the command is below 0. */
  readonly timeline: readonly (readonly [number, number])[];
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** In their order. */
export const partNames = [
  'freeze',
  'dump',
  'transfer',
  'file sync',
  'verify',
  'restore',
  'resume',
  'network',
  'unexplained',
] as const;

export type PartName = (typeof partNames)[number];

export interface GapPart {
  readonly part: PartName;
  readonly ms: number;
}

const latency: z.ZodType<Latency> = z.object({ p50: z.number(), p99: z.number(), max: z.number() });

const client: z.ZodType<ClientRecord> = z.object({
  requests: z.int(),
  failed: z.int(),
  wrong: z.int(),
  longestGap: z.number(),
  gapBegan: z.number(),
  latency: z.object({ before: latency, during: latency, after: latency }),
  timeline: z.array(z.tuple([z.number(), z.number()])).max(2000),
});

const part: z.ZodType<GapPart> = z.object({
  part: z.enum(partNames),
  ms: z.number(),
});

const settings: z.ZodType<RunSettings> = z.object({
  workload: z.string(),
  memoryBytes: z.int(),
  dirtyRate: z.number(),
  linkRate: z.exactOptional(z.number()),
  policy: z.exactOptional(z.array(z.string())),
});

export const runRecordSchema: z.ZodType<RunRecord> = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  scenario: z.string(),
  variant: z.string(),
  repetition: z.int().nonnegative(),
  machine: z.object({ cores: z.int(), memoryBytes: z.int(), kernel: z.string() }),
  versions: z.object({
    precopy: z.string(),
    criu: z.string(),
    runc: z.string(),
    docker: z.exactOptional(z.string()),
    podman: z.exactOptional(z.string()),
    kernel: z.string(),
  }),
  outcome: z.enum(['ok', 'failed']),
  failure: z.exactOptional(z.string()),
  settings,
  client: z.exactOptional(client),
  totalTime: z.number(),
  bytesSent: z.exactOptional(z.number()),
  downtime: z.exactOptional(z.number()),
  parts: z.exactOptional(z.array(part)),
  report: z.exactOptional(z.record(z.string(), z.unknown())),
});

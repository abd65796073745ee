import { decideCompression } from '../core/rounds/compression.ts';
import { abortable } from '../model/abortable.ts';
import type { Compression } from '../model/compression.ts';
import type { Migration } from './migration.ts';

/** Decides what the plan has left open, and has the connection compress where that pays. Before anything goes over it. */
export const compress = async (migration: Migration): Promise<Compression> => {
  const { link, plan, recorder, signal } = migration;
  const planned = plan.pages.compression;
  const compression = planned.kind === 'to-be-measured' ? decideCompression(await look(migration)) : planned;
  signal.throwIfAborted();
  // What was asked for is so from the beginning.
  if (planned.kind === 'to-be-measured' && compression.kind === 'zlib') await link.compress(plan, signal);
  recorder.emit({ kind: 'compression-decided', compression });
  return compression;
};

/** One after the other, for both take processor time. What cannot be measured is no reason not to migrate. */
const look = async ({
  source,
  link,
  limits,
  plan,
  signal,
}: Migration): Promise<Parameters<typeof decideCompression>[0]> => {
  const cap = limits.policy().maxBandwidth;
  const sampling = source.sampleMemory(plan).catch(() => undefined);
  const sample = await abortable(sampling, signal);
  // Nobody may put more than the cap on the link, to measure it neither.
  if (sample === undefined || cap !== undefined) return { link: undefined, cap, sample };
  const measuring = link.measure(plan).catch(() => undefined);
  return { link: await abortable(measuring, signal), cap, sample };
};

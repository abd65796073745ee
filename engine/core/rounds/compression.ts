import type {
  Compression,
  CompressionPlan,
  CompressionRequest,
  MeasuredCompression,
  MemorySample,
} from '../../model/compression.ts';
import type { MemoryFacts } from '../../model/facts.ts';
import type { PageChannel } from '../../model/pages.ts';
import type { Policy } from '../../model/policy.ts';
import type { Round } from '../../model/round.ts';
import { type Bytes, bytes } from '../../model/units.ts';
import { CARRIED } from '../prediction/cap.ts';

/** A container with less has arrived before it is known whether that could have gone faster. */
const LEAST_MEMORY = 16 * 1024 ** 2;

/** It takes processor time that the container could use: only for a fifth more is it worth that. */
const WORTH = 1.2;

/** What can be said before the link is open. */
export const planCompression = (input: {
  readonly asked: CompressionRequest;
  readonly channel: PageChannel;
  /** sshd of the destination compresses. */
  readonly offered: boolean;
  readonly memory: MemoryFacts;
}): CompressionPlan => {
  const { asked, channel, offered, memory } = input;
  if (asked !== 'auto') return { kind: asked, reason: { kind: 'asked' } };
  if (channel !== 'ssh') return off('elsewhere');
  if (!offered) return off('refused');
  if (memory.resident < LEAST_MEMORY) return off('little');
  return { kind: 'to-be-measured' };
};

const off = (kind: 'elsewhere' | 'refused' | 'little' | 'unknown'): Compression => ({
  kind: 'none',
  reason: { kind },
});

/** What was seen of the link, bytes a second, and of the memory. */
export interface CompressionEvidence {
  readonly link: Bytes | undefined;
  readonly cap: Bytes | undefined;
  readonly sample: MemorySample | undefined;
}

/** Whether compressed memory gets over faster than memory as it is. */
export const decideCompression = ({ link, cap, sample }: CompressionEvidence): Compression => {
  const limit = cap === undefined ? link : bytes(cap * CARRIED);
  if (limit === undefined || sample === undefined) return off('unknown');
  const speed = bytes(Math.round((sample.size / sample.took) * 1000));
  const ratio = sample.size / sample.compressed;
  if (![limit, speed, ratio].every((value) => Number.isFinite(value) && value > 0)) return off('unknown');
  const reason: MeasuredCompression = {
    kind: 'measured',
    link: bytes(Math.round(limit)),
    capped: cap !== undefined,
    speed,
    ratio,
  };
  return { kind: carriedRate(limit, reason) >= WORTH * limit ? 'zlib' : 'none', reason };
};

/**
 * Bytes of memory a second that get over a link of so many bytes a second. ssh compresses and sends in turn, so the times of
 * both add up.
 */
export const carriedRate = (
  link: number,
  { speed, ratio }: Pick<MeasuredCompression, 'speed' | 'ratio'>,
): number => 1 / (1 / speed + 1 / (ratio * link));

/**
 * The policy in bytes of memory: the frozen part's cap counts bytes on the link, and without one compressing is what limits the last
 * dump. Where no round has shown the link, what was measured of it limits the last dump as well.
 */
export const policyOver = (
  compression: Compression | undefined,
  policy: Policy,
  rounds: readonly Round[],
): Policy => {
  if (compression?.reason.kind !== 'measured') return policy;
  const { kind, reason } = compression;
  const { maxBandwidthFrozen: cap } = policy;
  const unseen = rounds.length === 0 && !reason.capped;
  const link = Math.min(cap === undefined ? ANY : cap * CARRIED, unseen ? reason.link : ANY);
  const rate = kind === 'zlib' ? carriedRate(link, reason) : link;
  return rate === ANY ? policy : { ...policy, maxBandwidthFrozen: bytes(Math.round(rate / CARRIED)) };
};

const ANY = Number.POSITIVE_INFINITY;

import type { Bytes, Millis } from './units.ts';

/** `auto`: where it is seen to pay. */
export type CompressionRequest = 'auto' | 'zlib' | 'none';

/** Some of a container's memory, compressed as the connection would do it. */
export interface MemorySample {
  readonly size: Bytes;
  readonly compressed: Bytes;
  readonly took: Millis;
}

/** Whether the connection between the hosts compresses what it carries, and why. */
export interface Compression {
  readonly kind: 'zlib' | 'none';
  readonly reason: CompressionReason;
}

/**
 * `elsewhere`: pages do not go over the connection. `refused`: sshd of the destination does not compress. `little`: there is less
 * to send than measuring would take. `unknown`: what had to be measured could not be.
 */
export type CompressionReason =
  | { readonly kind: 'asked' | 'elsewhere' | 'refused' | 'little' | 'unknown' }
  | MeasuredCompression;

export interface MeasuredCompression {
  readonly kind: 'measured';
  /** What the link carries, bytes a second: as measured, or its cap. */
  readonly link: Bytes;
  readonly capped: boolean;
  /** What the source compresses of the container's memory, bytes a second. */
  readonly speed: Bytes;
  /** How many times smaller that gets. */
  readonly ratio: number;
}

/** What of it a plan can say: as a rule the link has to be open first. */
export type CompressionPlan = Compression | { readonly kind: 'to-be-measured' };

import type { CompressionPlan, CompressionRequest } from './compression.ts';

/**
 * How pages go from source to destination. `tls`: criu encrypts them itself, and each side knows the other. `plain`: for everyone
 * on the way to read, and to whoever connects first.
 */
export type PageChannel = 'ssh' | 'tls' | 'plain';

/** Both authenticate what they encrypt. */
export type Cipher = 'aes128-gcm@openssh.com' | 'chacha20-poly1305@openssh.com';

/** What the user asked for, checked. */
export interface PageRequest {
  readonly channel: PageChannel;
  /** First of the ports; `undefined`: the channel's own. */
  readonly port: number | undefined;
  /** `plain` even where the address is not a private one. */
  readonly plainOnPublicAddress: boolean;
  readonly compress: CompressionRequest;
}

export interface PagePlan {
  readonly channel: PageChannel;
  /** Ports that page-servers listen on, tried in order; with `ssh` the source's end of the way too. */
  readonly ports: readonly number[];
  /** What ssh between the hosts encrypts with: files always, pages with `ssh`. */
  readonly cipher: Cipher;
  /** Of all that goes over ssh between the hosts. */
  readonly compression: CompressionPlan;
}

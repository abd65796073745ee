import type { Bytes } from '../model/units.ts';

/** Where somebody listens for pages. */
export interface PageEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Which set of images: a round by its index, or the final dump. */
export type ImageSet = number | 'final';

export interface PageServer {
  /** As the destination sees it: `Link.carryPages` tells how the source reaches it. */
  readonly endpoint: PageEndpoint;
  /** Called with the page bytes received so far, about once a second. */
  onProgress(listener: (received: Bytes) => void): void;
  /** Everything was received and written. Rejects when the server ended otherwise. */
  readonly finished: Promise<void>;
  /** Ends the server if it still runs. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** A way from the source to one page-server. */
export interface PageWay {
  /** What the source connects to. */
  readonly endpoint: PageEndpoint;
  /** No new connection goes this way. Idempotent. */
  close(): Promise<void>;
}

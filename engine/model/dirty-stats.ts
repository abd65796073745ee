import { type Millis, type Pages, pages } from './units.ts';

/** What one pre-dump or dump did to memory, as criu reports it in `stats-dump`. */
export interface DirtyStats {
  /** Private pages sent. */
  readonly pagesWritten: Pages;
  /** Private pages not sent because the previous round holds them unchanged. */
  readonly pagesSkippedParent: Pages;
  /** Shared pages sent, while the tasks are frozen: by the final dump as a rule, and whole by each round that sends any. */
  readonly sharedPagesWritten: Pages;
  /** From the request to freeze until every task stood still. Not part of `frozen`. */
  readonly freezing: Millis;
  /** How long the tasks stood still. */
  readonly frozen: Millis;
  /** Time criu took to collect the pages. */
  readonly memoryDump: Millis;
  /** Time criu took to send or write them. */
  readonly memoryWrite: Millis;
}

/** All pages that were sent: private and shared. */
export const dirtySet = ({ pagesWritten, sharedPagesWritten }: DirtyStats): Pages =>
  pages(pagesWritten + sharedPagesWritten);

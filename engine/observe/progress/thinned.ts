import type { MigrationEvent } from '../../model/event.ts';

const EVERY = 1000;

/** Passes on every event, but of the progress of transfers at most one a second. */
export const thinned = (sink: (event: MigrationEvent) => void): ((event: MigrationEvent) => void) => {
  let last: number | undefined;
  return (event) => {
    if (event.kind === 'round-progress') {
      if (last !== undefined && event.at - last < EVERY) return;
      last = event.at;
    }
    sink(event);
  };
};

import type { ControllerState, Journal, JournalHeader } from '../../model/journal.ts';
import type { Report } from '../../model/report.ts';
import { initialLiveState, type LiveState, liveState } from '../progress/live-state.ts';

/** A migration as its journal tells it: a fold of that, and whether its controller is still there. */
export interface MigrationStatus {
  readonly header: JournalHeader;
  readonly standing: Standing;
  readonly live: LiveState;
  /** Its outcome counts only where the journal has one. */
  readonly report: Report;
  readonly warnings: readonly string[];
}

/**
 * `over`: it has an outcome. `cut-short`: it has none, and nobody is left to bring one about. `elsewhere`: it has none,
 * and whether its controller lives can only be seen on that machine.
 */
export type Standing = 'under-way' | 'over' | 'cut-short' | 'elsewhere';

export const statusOf = (
  { header, events }: Journal,
  report: Report,
  controller: ControllerState,
): MigrationStatus => {
  const live = events.reduce(liveState, initialLiveState);
  return {
    header,
    standing: live.outcome === undefined ? withoutOutcome[controller] : 'over',
    live,
    report,
    warnings: events.flatMap((event) => (event.kind === 'warning' ? [event.message] : [])),
  };
};

const withoutOutcome: Readonly<Record<ControllerState, Standing>> = {
  alive: 'under-way',
  gone: 'cut-short',
  elsewhere: 'elsewhere',
};

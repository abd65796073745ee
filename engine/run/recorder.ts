import { advance } from '../core/phase.ts';
import { messageOf } from '../model/errors.ts';
import type { MigrationEvent, MigrationEventBody } from '../model/event.ts';
import type { Phase } from '../model/phase.ts';
import type { Outcome } from '../model/report.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventSink } from '../ports/events.ts';

/** Stamps events, keeps them for the report, and knows the phase. */
export interface Recorder {
  phase(): Phase;
  enter(phase: Phase): void;
  emit(body: MigrationEventBody): void;
  /** Warns of what could not be cleaned up, and keeps it for the end. */
  leave(what: string, cause: unknown): void;
  finish(outcome: Outcome): void;
  events(): readonly MigrationEvent[];
}

export const startRecorder = (clock: Clock, sink: EventSink): Recorder => {
  const events: MigrationEvent[] = [];
  const remains: string[] = [];
  let phase: Phase = 'planned';
  const emit = (body: MigrationEventBody): void => {
    const event: MigrationEvent = { at: clock.now(), ...body };
    events.push(event);
    sink(event);
  };
  return {
    phase: () => phase,
    enter: (to) => {
      const from = phase;
      phase = advance(from, to);
      emit({ kind: 'phase', from, to });
    },
    emit,
    leave: (what, cause) => {
      remains.push(what);
      const why = messageOf(cause);
      emit({ kind: 'warning', message: `could not ${what}: ${why}` });
    },
    finish: (outcome) => emit({ kind: 'finished', outcome, ...(remains.length === 0 ? {} : { remains }) }),
    events: () => events,
  };
};

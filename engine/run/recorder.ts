import { advance } from '../core/phase.ts';
import type { MigrationEvent, MigrationEventBody } from '../model/event.ts';
import type { Phase } from '../model/phase.ts';
import type { Clock, EventSink } from '../ports.ts';

/** Stamps events, keeps them for the report, and knows the phase. */
export interface Recorder {
  phase(): Phase;
  enter(phase: Phase): void;
  emit(body: MigrationEventBody): void;
  events(): readonly MigrationEvent[];
}

export const startRecorder = (clock: Clock, sink: EventSink): Recorder => {
  const events: MigrationEvent[] = [];
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
    events: () => events,
  };
};

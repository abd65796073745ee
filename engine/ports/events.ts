import type { MigrationEvent } from '../model/event.ts';

/** Takes every event, in order. Never throws. */
export type EventSink = (event: MigrationEvent) => void;

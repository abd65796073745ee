import type { RecordedEvent } from './event.ts';

/** The process that carries out a migration, told apart from a later one with the same number. */
export interface Controller {
  readonly host: string;
  readonly pid: number;
  /** In clock ticks since the machine's start. */
  readonly startTime: string;
  /** Which start of the machine. */
  readonly boot: string;
}

/** `elsewhere`: it runs, or ran, on another machine, which cannot be asked from here. */
export type ControllerState = 'alive' | 'gone' | 'elsewhere';

export interface Reached {
  /** The source was this very machine. */
  readonly local: boolean;
  /** An absolute path. */
  readonly sshConfig?: string;
  /** Root by sudo. */
  readonly sudo?: boolean;
  readonly runcRoot: string;
}

/** The first line of a journal. `version` changes when a field, here or in an event, changes meaning or goes. */
export interface JournalHeader {
  readonly version: 1;
  readonly migration: string;
  /** What the user calls it. */
  readonly container: string;
  readonly containerId: string;
  readonly from: string;
  readonly to: string;
  readonly controller: Controller;
  /** How the hosts were reached, for a recovery; journals of older versions lack it. */
  readonly reached?: Reached;
  /** Wall clock, ISO 8601; the events' own times count from here. */
  readonly startedAt: string;
}

/** A journal as it is read: all lines that were written whole. */
export interface Journal {
  readonly header: JournalHeader;
  readonly events: readonly RecordedEvent[];
  /** The last line is not whole: it is being written, or its writer was cut short. */
  readonly torn: boolean;
}

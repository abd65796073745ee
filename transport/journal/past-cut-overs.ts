import { dirtySet } from '../../engine/model/dirty-stats.ts';
import type { Journal } from '../../engine/model/journal.ts';
import type { PastCutOver } from '../../engine/model/past.ts';
import { pagesToBytes } from '../../engine/model/units.ts';
import { journaledMigrations, readJournal } from './journal-store.ts';

/** What must be the same for one migration to tell about another: where it went, and who starts the processes there. */
export interface Between {
  readonly from: string;
  readonly to: string;
  readonly docker: boolean;
  /** Only what came before this migration. */
  readonly before?: string;
}

/** Hosts change: what is older than this many migrations between them says little. */
const TELLING = 20;
/** Journals to look into at most, so that a migration does not wait for its past. */
const LOOKED_AT = 100;

/** The newest cut-overs between two hosts that went well. A journal that cannot be read tells nothing, and is no trouble here. */
export const pastCutOvers = async (directory: string, between: Between): Promise<readonly PastCutOver[]> => {
  const { before } = between;
  const known = (await journaledMigrations(directory)).filter(
    (name) => before === undefined || name < before,
  );
  const found: PastCutOver[] = [];
  for (const migration of known.slice(0, LOOKED_AT)) {
    const journal = await readJournal(directory, migration).catch(() => undefined);
    const past = journal === undefined ? undefined : cutOverOf(journal, between);
    if (past !== undefined) found.push(past);
    if (found.length === TELLING) break;
  }
  return found;
};

const cutOverOf = ({ header, events }: Journal, { from, to, docker }: Between): PastCutOver | undefined => {
  if (header.from !== from || header.to !== to) return undefined;
  const planned = events.find((event) => event.kind === 'planned');
  const last = events.find((event) => event.kind === 'final-dumped');
  const measured = events.find((event) => event.kind === 'downtime');
  if (planned === undefined || last === undefined || measured === undefined) return undefined;
  const { container } = planned.plan;
  if ((container.docker !== undefined) !== docker) return undefined;
  return {
    rounds: events.flatMap((event) => (event.kind === 'round-finished' ? [event.round] : [])),
    measured: measured.downtime,
    resident: container.memory.resident,
    left: pagesToBytes(dirtySet(last.dirty)),
  };
};

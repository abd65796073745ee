import { dirtySet } from '../../engine/model/dirty-stats.ts';
import type { Journal } from '../../engine/model/journal.ts';
import type { PastCutOver } from '../../engine/model/past.ts';
import { pagesToBytes } from '../../engine/model/units.ts';
import { journaledMigrations, readJournal } from './journal-store.ts';

/** What an earlier migration must have in common with this one, so that its figures apply. */
export interface ComparableRoute {
  readonly from: string;
  readonly to: string;
  readonly docker: boolean;
  /** Only migrations before this one. */
  readonly before?: string;
}

/** Hosts change, so only this many of the newest cut-overs are used. */
const MAX_CUT_OVERS = 20;
/** The most journals to read, so that a migration does not wait for them. */
const MAX_JOURNALS = 100;

/** Reads the newest successful cut-overs between two hosts. Skips journals that cannot be read. */
export const pastCutOvers = async (
  directory: string,
  route: ComparableRoute,
): Promise<readonly PastCutOver[]> => {
  const { before } = route;
  const known = (await journaledMigrations(directory)).filter(
    (name) => before === undefined || name < before,
  );
  const found: PastCutOver[] = [];
  for (const migration of known.slice(0, MAX_JOURNALS)) {
    const journal = await readJournal(directory, migration).catch(() => undefined);
    const past = journal === undefined ? undefined : cutOverOf(journal, route);
    if (past !== undefined) found.push(past);
    if (found.length === MAX_CUT_OVERS) break;
  }
  return found;
};

const cutOverOf = (
  { header, events }: Journal,
  { from, to, docker }: ComparableRoute,
): PastCutOver | undefined => {
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

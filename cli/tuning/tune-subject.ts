import { learnt } from '../../engine/core/prediction/history.ts';
import { reportOf } from '../../engine/core/report.ts';
import { loadOfProfile, loadOfRounds } from '../../engine/core/simulation/load.ts';
import { ordinaryPace, paceOfRounds } from '../../engine/core/simulation/pace.ts';
import { simulate } from '../../engine/core/simulation/simulate.ts';
import { dirtySet } from '../../engine/model/dirty-stats.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Journal } from '../../engine/model/journal.ts';
import type { Calibration } from '../../engine/model/policy.ts';
import type { DirtyProfile } from '../../engine/model/profile.ts';
import type { Round } from '../../engine/model/round.ts';
import type { Load, Pace } from '../../engine/model/simulation.ts';
import { bytes, pagesToBytes } from '../../engine/model/units.ts';
import type { Replay } from '../../engine/observe/tuning/tuning-text.ts';
import { readJournals } from '../../transport/journal/journal-store.ts';
import { pastCutOvers } from '../../transport/journal/past-cut-overs.ts';
import { journalDirectory } from '../../transport/journal/place.ts';
import { readPlan } from '../../transport/journal/read-plan.ts';
import { findMigration } from '../journal/find-migration.ts';

/** What thresholds are sought for. */
export interface Subject {
  readonly container: string;
  /** As `--from` names it; absent: this machine. */
  readonly from?: string;
  readonly to?: string;
  readonly load: Load;
  readonly pace: Pace;
  /** Where the pace comes from, for people. */
  readonly known: string;
  /** Only where a migration is known whose outcome can be compared. */
  readonly replay?: Replay;
}

export interface Route {
  readonly from?: string;
  readonly to?: string;
  /** Bytes per millisecond, instead of what earlier migrations showed. */
  readonly rate?: number;
}

const atRate = (pace: Pace, rate: number | undefined): Pace =>
  rate === undefined ? pace : { ...pace, rate };

/** What cut-overs took between the hosts of a migration; those before a certain one are what that one knew. */
const costsBetween = async (directory: string, journal: Journal, before?: string): Promise<Calibration> => {
  const { from, to } = journal.header;
  const planned = journal.events.find((event) => event.kind === 'planned');
  const docker = planned?.plan.container.docker !== undefined;
  const until = before === undefined ? {} : { before };
  return learnt(await pastCutOvers(directory, { from, to, docker, ...until }));
};

const roundsOf = ({ events }: Journal): readonly Round[] =>
  events.flatMap((event) => (event.kind === 'round-finished' ? [event.round] : []));

/** A container that was watched. How fast the hosts are, the newest migration between them says, if there is one. */
export const profiledSubject = async (profile: DirtyProfile, { from, to, rate }: Route): Promise<Subject> => {
  const directory = journalDirectory();
  const { journals } = await readJournals(directory);
  const earlier = journals.find(
    (journal) =>
      journal.header.from === profile.from && journal.header.to === to && roundsOf(journal).length > 1,
  );
  const pace =
    earlier === undefined
      ? ordinaryPace()
      : paceOfRounds(roundsOf(earlier), await costsBetween(directory, earlier));
  return {
    container: profile.container,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    load: loadOfProfile(profile),
    pace: atRate(pace, rate),
    known:
      earlier === undefined
        ? 'ordinary hosts, for no migration between these is known here'
        : `the hosts as in migration ${earlier.header.migration}`,
  };
};

/** A migration that was made. */
export const recordedSubject = async (wanted: string, { rate }: Route): Promise<Subject> => {
  const directory = journalDirectory();
  const journal = findMigration((await readJournals(directory)).journals, wanted);
  const { migration, container, from, to, reached } = journal.header;
  const rounds = roundsOf(journal);
  if (rounds.length < 2)
    throw new InvalidInput(
      `migration ${migration} made ${rounds.length === 1 ? 'one round' : 'no round'}: how fast memory gets dirty shows from the second on`,
    );
  const plan = await readPlan(directory, migration);
  const load = loadOfRounds(plan.container.memory, rounds);
  const pace = paceOfRounds(rounds, await costsBetween(directory, journal, migration));
  const replay = { ...made(journal, rounds), simulation: simulate(load, pace, plan.policy) };
  const known = `the hosts as in migration ${migration}`;
  const source = reached?.local === true ? {} : { from };
  const common = { container, ...source, to, load, pace: atRate(pace, rate), known };
  // One that was cut short, asked to cut over, or whose thresholds were changed, did not end by its thresholds.
  const { stop, changes } = reportOf(journal.events);
  return stop === undefined || stop.kind === 'asked' || changes !== undefined
    ? common
    : { ...common, replay };
};

const made = ({ events }: Journal, rounds: readonly Round[]): Omit<Replay, 'simulation'> => {
  const last = events.flatMap((event) => (event.kind === 'final-dumped' ? [event.dirty] : []))[0];
  const final = last === undefined ? 0 : pagesToBytes(dirtySet(last));
  return { rounds: rounds.length, sent: bytes(rounds.reduce((sum, { sent }) => sum + sent, final)) };
};

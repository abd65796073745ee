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
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { readJournals } from '../../transport/journal/journal-store.ts';
import { pastCutOvers } from '../../transport/journal/past-cut-overs.ts';
import { readPlan } from '../../transport/journal/read-plan.ts';
import { findMigration } from '../journal/find-migration.ts';

/** The container that thresholds are recommended for. */
export interface Subject {
  readonly container: string;
  /** The value for `--from`; absent: this machine. */
  readonly from?: string;
  readonly to?: string;
  readonly load: Load;
  readonly pace: Pace;
  /** Text: where the pace comes from. */
  readonly paceOrigin: string;
  /** Absent when no past migration can be compared with its simulation. */
  readonly replay?: Replay;
}

export interface Route {
  readonly from?: string;
  readonly to?: string;
  /** Bytes per millisecond; replaces the rate of earlier migrations. */
  readonly rate?: number;
}

const withRate = (pace: Pace, rate: number | undefined): Pace =>
  rate === undefined ? pace : { ...pace, rate };

/** Reads the cut-overs between the hosts of a migration. `before`: only cut-overs before that migration. */
const readCalibration = async (
  directory: string,
  journal: Journal,
  before?: string,
): Promise<Calibration> => {
  const { from, to } = journal.header;
  const planned = journal.events.find((event) => event.kind === 'planned');
  const docker = planned?.plan.container.docker !== undefined;
  const until = before === undefined ? {} : { before };
  return learnt(await pastCutOvers(directory, { from, to, docker, ...until }));
};

const roundsOf = ({ events }: Journal): readonly Round[] =>
  events.flatMap((event) => (event.kind === 'round-finished' ? [event.round] : []));

/** Returns the subject of a profile, with the pace of the newest migration between the hosts, if any. */
export const subjectOfProfile = async (
  profile: DirtyProfile,
  { from, to, rate }: Route,
): Promise<Subject> => {
  const directory = journalDirectory();
  const { journals } = await readJournals(directory);
  const earlier = journals.find(
    (journal) =>
      journal.header.from === profile.from && journal.header.to === to && roundsOf(journal).length > 1,
  );
  const pace =
    earlier === undefined
      ? ordinaryPace()
      : paceOfRounds(roundsOf(earlier), await readCalibration(directory, earlier));
  return {
    container: profile.container,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    load: loadOfProfile(profile),
    pace: withRate(pace, rate),
    paceOrigin:
      earlier === undefined
        ? 'ordinary hosts, because no migration between these is known here'
        : `the hosts as in migration ${earlier.header.migration}`,
  };
};

/** Returns the subject of a past migration. */
export const subjectOfMigration = async (wanted: string, { rate }: Route): Promise<Subject> => {
  const directory = journalDirectory();
  const journal = findMigration((await readJournals(directory)).journals, wanted);
  const { migration, container, from, to, reached } = journal.header;
  const rounds = roundsOf(journal);
  if (rounds.length < 2)
    throw new InvalidInput(
      `migration ${migration} made ${rounds.length === 1 ? 'one round' : 'no round'}: only rounds from the second on show how fast memory gets dirty`,
    );
  const plan = await readPlan(directory, migration);
  const load = loadOfRounds(plan.container.memory, rounds);
  const pace = paceOfRounds(rounds, await readCalibration(directory, journal, migration));
  const replay = { ...replayFacts(journal, rounds), simulation: simulate(load, pace, plan.policy) };
  const paceOrigin = `the hosts as in migration ${migration}`;
  const source = reached?.local === true ? {} : { from };
  const common = { container, ...source, to, load, pace: withRate(pace, rate), paceOrigin };
  // A migration that was cut short, asked to cut over or changed did not stop by its own thresholds.
  const { stop, changes } = reportOf(journal.events);
  return stop === undefined || stop.kind === 'asked' || changes !== undefined
    ? common
    : { ...common, replay };
};

const replayFacts = ({ events }: Journal, rounds: readonly Round[]): Omit<Replay, 'simulation'> => {
  const last = events.flatMap((event) => (event.kind === 'final-dumped' ? [event.dirty] : []))[0];
  const final = last === undefined ? 0 : pagesToBytes(dirtySet(last));
  return { rounds: rounds.length, sent: bytes(rounds.reduce((sum, { sent }) => sum + sent, final)) };
};

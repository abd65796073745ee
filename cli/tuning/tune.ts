import { Command, Option } from 'commander';
import { tune } from '../../engine/core/simulation/tune.ts';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Tuning } from '../../engine/model/simulation.ts';
import { type Bytes, bytes, millis } from '../../engine/model/units.ts';
import { rate, time } from '../../engine/observe/text/format.ts';
import { replayText, tuningText } from '../../engine/observe/tuning/tuning-text.ts';
import { readProfile } from '../../transport/profile/profile-file.ts';
import { withSourceOptions } from '../options/host-options.ts';
import { bandwidthOption, capOptionFor, optionsFor } from '../options/policy-options.ts';
import { parseRate } from '../options/values.ts';
import { writeLine } from '../terminal/write.ts';
import { durationOption, recordProfile, type WatchOptions } from './record-profile.ts';
import { type Subject, subjectOfMigration, subjectOfProfile } from './tune-subject.ts';
import { tuningJson } from './tuning-json.ts';

interface TuneOptions extends WatchOptions {
  readonly to?: string;
  readonly profile?: string;
  readonly journal?: string;
  readonly linkRate?: number;
  readonly maxBandwidth?: Bytes;
  readonly json?: true;
}

/** `precopy tune`: simulates migrations of a container, and recommends thresholds. */
export const tuneCommand = (): Command =>
  withSourceOptions(
    new Command('tune')
      .description('recommend thresholds for a container, from a profile or a past migration')
      .argument('[container]', 'a running container, which is watched first')
      .option('--to <host>', 'the destination: earlier migrations there show how fast the hosts are')
      .addOption(durationOption())
      .option('--profile <file>', 'a file that precopy profile has written')
      .option('--journal <migration>', 'a past migration: its id, the beginning of that, or its container')
      .addOption(
        new Option(
          '--link-rate <rate>',
          'rate of the pages: 1Gbit, 100MiB/s (default: as in the earlier migration, else 1Gbit)',
        ).argParser(parseRate),
      )
      .addOption(bandwidthOption())
      .option('--json', 'print the choices as JSON'),
  ).action(async (container: string | undefined, options: TuneOptions) => {
    const subject = await subjectOf(container, options);
    const { maxBandwidth } = options;
    const tuning = tune(subject.load, subject.pace, maxBandwidth === undefined ? {} : { maxBandwidth });
    writeLine(
      options.json === true
        ? JSON.stringify(tuningJson(subject, tuning), undefined, 2)
        : textOf(subject, tuning, options).join('\n'),
    );
  });

const subjectOf = async (container: string | undefined, options: TuneOptions): Promise<Subject> => {
  const { from, to, profile, journal, linkRate } = options;
  const route = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(linkRate === undefined ? {} : { rate: linkRate }),
  };
  if ([container, profile, journal].filter((each) => each !== undefined).length > 1)
    throw new InvalidInput('name only one: a container, a --profile or a --journal');
  if (journal !== undefined) return subjectOfMigration(journal, route);
  if (profile !== undefined) return subjectOfProfile(await readProfile(profile), route);
  if (container === undefined) throw new InvalidInput('name a container, a --profile or a --journal');
  if (to === undefined) throw new InvalidInput('name the destination: --to HOST');
  return subjectOfProfile(await recordProfile(container, options), route);
};

const textOf = (subject: Subject, tuning: Tuning, { sshConfig }: TuneOptions): readonly string[] => {
  const { container, from, to, pace, paceOrigin, replay, load } = subject;
  const { policy } = tuning.recommended;
  const chosen = [...optionsFor(policy), ...capOptionFor(policy)];
  const route = [
    ['--from', from],
    ['--to', to ?? 'HOST'],
    ['--ssh-config', sshConfig],
  ].flatMap(([option, value]) => (option === undefined || value === undefined ? [] : [option, value]));
  return [
    `${container}: at ${rate(bytes(pace.rate * 1000), millis(1000))}, ${paceOrigin}`,
    '',
    ...tuningText(tuning, ({ policy }) => optionsFor(policy).join(' ')),
    ...(replay === undefined ? [] : replayText(replay)),
    ...guessText(tuning, load.curve.points.at(-1)?.window ?? 0),
    '',
    ['precopy migrate', container, ...route, ...chosen].join(' '),
  ];
};

/** Returns a line when a round takes longer than the memory was watched: its dirty memory is then a guess. */
const guessText = ({ recommended }: Tuning, watched: number): readonly string[] => {
  const longest = Math.max(...recommended.simulation.rounds.map(({ window }) => window));
  return longest <= watched
    ? []
    : [
        `guessed      a round takes ${time(millis(longest))}, and dirtying is known for ${time(millis(watched))} only`,
      ];
};

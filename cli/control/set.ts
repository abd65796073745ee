import { Command } from 'commander';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { RecordedEvent } from '../../engine/model/event.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { policyChangeText } from '../../engine/observe/text/policy-change.ts';
import { leaveChange, takeChange } from '../../transport/journal/change-file.ts';
import { stateOf } from '../../transport/journal/controller.ts';
import { followJournal } from '../../transport/journal/follow.ts';
import { journalDirectory } from '../../transport/journal/place.ts';
import { type ChangeOptions, changeFrom, withChangeOptions } from '../options/change-options.ts';
import { findStatus } from '../status/stored-status.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { writeLine } from '../terminal/write.ts';

/** Milliseconds after which a process that carries out a migration is not expected to answer any more. */
const PATIENCE = 30_000;

/** `precopy set`: other limits for a migration that runs in another terminal of this machine. */
export const setCommand = (): Command =>
  withChangeOptions(
    new Command('set')
      .description('change limits of a migration under way that was started on this machine')
      .argument('<migration>', 'id of a migration, its beginning, or a container'),
  ).action(async (wanted: string, options: ChangeOptions) => {
    const change = changeFrom(options);
    if (Object.keys(change).length === 0)
      throw new InvalidInput('say what to change, as --max-bandwidth 100Mbit/s or --max-downtime 500ms');
    const directory = journalDirectory();
    const found = await findStatus(directory, wanted);
    const refusal = refusalOf(found);
    if (refusal !== undefined) return refused(refusal);
    const { migration } = found.header;
    const request = await leaveChange(directory, migration, change);
    const answer = await answerTo(directory, found, request);
    if (answer?.kind === 'policy-changed') return writeLine(policyChangeText(answer.from, answer.to));
    // Nobody is to find it later.
    if (answer === undefined) await takeChange(directory, migration);
    refused(answer?.why ?? silence(found));
  });

const refused = (why: string): void => {
  writeLine(`nothing was changed: ${why}`);
  process.exitCode = exitCodes.refused;
};

const silence = ({ header: { controller } }: MigrationStatus): string =>
  stateOf(controller) === 'alive'
    ? `process ${controller.pid} has not answered within ${PATIENCE / 1000} s`
    : 'it ended before it could be changed';

/** Why nothing can be changed, if so. */
const refusalOf = ({ standing, live, header }: MigrationStatus): string | undefined => {
  const { migration, controller } = header;
  switch (standing) {
    case 'elsewhere':
      return `it was started on ${controller.host}: there, precopy set ${migration}`;
    case 'over':
      return 'it is over already';
    case 'cut-short':
      return `the process that carried it out is gone: precopy recover ${migration}`;
    case 'under-way':
      return ['planned', 'preflight', 'pre-copy'].includes(live.phase)
        ? undefined
        : `it is past its rounds (${live.phase})`;
  }
};

type Answer = Extract<RecordedEvent, { kind: 'policy-changed' | 'change-refused' }>;

/** What the journal says of it. */
const answerTo = async (
  directory: string,
  { header }: MigrationStatus,
  request: string,
): Promise<Answer | undefined> => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  const { migration, controller } = header;
  const mayGrow = (): boolean => stateOf(controller) === 'alive';
  try {
    for await (const event of followJournal({ directory, migration, mayGrow, signal: late.signal })) {
      const answers = event.kind === 'policy-changed' || event.kind === 'change-refused';
      if (answers && event.request === request) return event;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

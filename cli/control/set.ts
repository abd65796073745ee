import { Command } from 'commander';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { RecordedEvent } from '../../engine/model/event.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { policyChangeText } from '../../engine/observe/text/policy-change.ts';
import { claimChangeRequest, writeChangeRequest } from '../../transport/journal/change-file.ts';
import { controllerStateOf } from '../../transport/journal/controller.ts';
import { followJournal } from '../../transport/journal/follow.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { type ChangeOptions, changeFrom, withChangeOptions } from '../options/change-options.ts';
import { findStatus } from '../status/stored-status.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { writeLine } from '../terminal/write.ts';

/** Milliseconds until a controller has to answer. */
const ANSWER_TIMEOUT = 30_000;

/** `precopy set`: other limits for a migration that runs in another terminal of this machine. */
export const setCommand = (): Command =>
  withChangeOptions(
    new Command('set')
      .description('change limits of a migration under way that was started on this machine')
      .argument('<migration>', 'id of a migration, its beginning, or a container'),
  ).action(async (wanted: string, options: ChangeOptions) => {
    const change = changeFrom(options);
    if (Object.keys(change).length === 0)
      throw new InvalidInput(
        'name a limit to change, such as --max-bandwidth 100Mbit/s or --max-downtime 500ms',
      );
    const directory = journalDirectory();
    const found = await findStatus(directory, wanted);
    const refusal = refusalOf(found);
    if (refusal !== undefined) return printRefusal(refusal);
    const { migration } = found.header;
    const request = await writeChangeRequest(directory, migration, change);
    const answer = await waitForAnswer(directory, found, request);
    if (answer?.kind === 'policy-changed') return writeLine(policyChangeText(answer.from, answer.to));
    // The controller must not apply the request later.
    if (answer === undefined) await claimChangeRequest(directory, migration);
    printRefusal(answer?.why ?? whyNoAnswer(found));
  });

const printRefusal = (why: string): void => {
  writeLine(`nothing was changed: ${why}`);
  process.exitCode = exitCodes.refused;
};

const whyNoAnswer = ({ header: { controller } }: MigrationStatus): string =>
  controllerStateOf(controller) === 'alive'
    ? `the controller, process ${controller.pid}, has not answered within ${ANSWER_TIMEOUT / 1000} s`
    : 'the migration ended before the change took effect';

/** Returns why no limit can be changed, or undefined when they can. */
const refusalOf = ({ standing, live, header }: MigrationStatus): string | undefined => {
  const { migration, controller } = header;
  switch (standing) {
    case 'elsewhere':
      return `the migration was started on ${controller.host}; run on that machine: precopy set ${migration}`;
    case 'over':
      return 'the migration is over already';
    case 'cut-short':
      return `the controller is gone; run: precopy recover ${migration}`;
    case 'under-way':
      return ['planned', 'preflight', 'pre-copy'].includes(live.phase)
        ? undefined
        : `the migration is past its rounds (phase ${live.phase})`;
  }
};

type Answer = Extract<RecordedEvent, { kind: 'policy-changed' | 'change-refused' }>;

/** Waits for the controller's answer in the journal. Returns undefined when none arrives. */
const waitForAnswer = async (
  directory: string,
  { header }: MigrationStatus,
  request: string,
): Promise<Answer | undefined> => {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), ANSWER_TIMEOUT);
  const { migration, controller } = header;
  const mayGrow = (): boolean => controllerStateOf(controller) === 'alive';
  try {
    for await (const event of followJournal({ directory, migration, mayGrow, signal: timeout.signal })) {
      const answers = event.kind === 'policy-changed' || event.kind === 'change-refused';
      if (answers && event.request === request) return event;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

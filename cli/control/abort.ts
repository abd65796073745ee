import { Command } from 'commander';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { statusText } from '../../engine/observe/status/text.ts';
import { outcomeText } from '../../engine/observe/text/outcome.ts';
import { controllerStateOf, interruptController } from '../../transport/journal/controller.ts';
import { followJournal } from '../../transport/journal/follow.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { findStatus, readStatus } from '../status/stored-status.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { logLine, writeLine } from '../terminal/write.ts';

/** `precopy abort`: Ctrl-C for a migration that runs in another terminal of this machine. */
export const abortCommand = (): Command =>
  new Command('abort')
    .description('stop a migration that was started on this machine: its container stays on the source')
    .argument('<migration>', 'id of a migration, its beginning, or a container')
    .action(async (wanted: string) => {
      const directory = journalDirectory();
      const found = await findStatus(directory, wanted);
      const refusal = refusalOf(found);
      if (refusal !== undefined) return printEnding(refusal);
      if (!interruptController(found.header.controller))
        return printEnding(endingOf(await readStatus(directory, found.header)));
      logLine(`asked process ${found.header.controller.pid} to roll back; waiting for the outcome`);
      await waitForOutcome(directory, found);
    });

interface Ending {
  readonly text: string;
  readonly code: number;
}

const printEnding = ({ text, code }: Ending): void => {
  writeLine(text);
  process.exitCode = code;
};

/** Returns why the migration cannot be stopped, or undefined when it can. */
const refusalOf = (status: MigrationStatus): Ending | undefined => {
  const { standing, live, header } = status;
  if (standing === 'elsewhere') {
    const { host } = header.controller;
    return {
      text: `the migration was started on ${host}; run on that machine: precopy abort ${header.migration}`,
      code: exitCodes.refused,
    };
  }
  if (standing === 'over')
    return { text: `the migration is over already: ${outcomeOf(status)}`, code: exitCodes.refused };
  if (standing === 'cut-short') return endingOf(status);
  if (live.phase === 'committed' || live.phase === 'done') {
    const { container, to } = header;
    return {
      text: `nothing was done: the migration is past the commit, and ${container} is on ${to}`,
      code: exitCodes.refused,
    };
  }
  return undefined;
};

const outcomeOf = ({ live, header }: MigrationStatus): string =>
  live.outcome === undefined
    ? 'no outcome'
    : outcomeText(live.outcome, header.container, header.from, header.to);

/** Returns the text and exit code for a migration whose controller is gone. */
const endingOf = (status: MigrationStatus): Ending => {
  const { outcome } = status.live;
  if (outcome === undefined) return { text: statusText(status, new Date()), code: exitCodes.inDoubt };
  const codes = {
    'rolled-back': exitCodes.done,
    'gave-up': exitCodes.done,
    migrated: exitCodes.refused,
    ended: exitCodes.ended,
    'in-doubt': exitCodes.inDoubt,
  } as const;
  const late = outcome === 'migrated' ? 'too late: ' : '';
  return { text: `${late}${outcomeOf(status)}`, code: codes[outcome] };
};

const waitForOutcome = async (directory: string, { header }: MigrationStatus): Promise<void> => {
  const { signal, interrupted, settle } = interruptible(() =>
    logLine('no longer waiting; the migration still rolls back'),
  );
  try {
    const mayGrow = (): boolean => controllerStateOf(header.controller) === 'alive';
    for await (const event of followJournal({ directory, migration: header.migration, mayGrow, signal })) {
      if (event.kind === 'warning') logLine(`warning: ${event.message}`);
    }
  } finally {
    settle();
  }
  if (interrupted()) process.exitCode = exitCodes.interrupted;
  else printEnding(endingOf(await readStatus(directory, header)));
};

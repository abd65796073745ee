import { Command } from 'commander';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { statusText } from '../../engine/observe/status/text.ts';
import { outcomeText } from '../../engine/observe/text/outcome.ts';
import { interrupt, stateOf } from '../../transport/journal/controller.ts';
import { followJournal } from '../../transport/journal/follow.ts';
import { journalDirectory } from '../../transport/journal/place.ts';
import { findStatus, readStatus } from '../status/stored-status.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tellLine, writeLine } from '../terminal/write.ts';

/** `precopy abort`: Ctrl-C for a migration that runs in another terminal of this machine. */
export const abortCommand = (): Command =>
  new Command('abort')
    .description('stop a migration that was started on this machine: its container stays on the source')
    .argument('<migration>', 'id of a migration, its beginning, or a container')
    .action(async (wanted: string) => {
      const directory = journalDirectory();
      const found = await findStatus(directory, wanted);
      const refusal = refusalOf(found);
      if (refusal !== undefined) return end(refusal);
      if (!interrupt(found.header.controller)) return end(ending(await readStatus(directory, found.header)));
      tellLine(`asked process ${found.header.controller.pid} to go back; waiting for the outcome`);
      await untilOver(directory, found);
    });

interface Ending {
  readonly text: string;
  readonly code: number;
}

const end = ({ text, code }: Ending): void => {
  writeLine(text);
  process.exitCode = code;
};

/** Why nothing can be done, if so. */
const refusalOf = (status: MigrationStatus): Ending | undefined => {
  const { standing, live, header } = status;
  if (standing === 'elsewhere') {
    const { host } = header.controller;
    return {
      text: `it was started on ${host}: there, precopy abort ${header.migration}`,
      code: exitCodes.refused,
    };
  }
  if (standing === 'over')
    return { text: `it is over already: ${outcomeOf(status)}`, code: exitCodes.refused };
  if (standing === 'cut-short') return ending(status);
  if (live.phase === 'committed' || live.phase === 'done') {
    const { container, to } = header;
    return {
      text: `past the commit: ${container} is on ${to}, and nothing was done`,
      code: exitCodes.refused,
    };
  }
  return undefined;
};

const outcomeOf = ({ live, header }: MigrationStatus): string =>
  live.outcome === undefined
    ? 'no outcome'
    : outcomeText(live.outcome, header.container, header.from, header.to);

/** What to say of a migration that nobody carries out any more. */
const ending = (status: MigrationStatus): Ending => {
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

const untilOver = async (directory: string, { header }: MigrationStatus): Promise<void> => {
  const { signal, interrupted, settle } = interruptible(() =>
    tellLine('no longer waiting; the migration goes back all the same'),
  );
  try {
    const mayGrow = (): boolean => stateOf(header.controller) === 'alive';
    for await (const event of followJournal({ directory, migration: header.migration, mayGrow, signal })) {
      if (event.kind === 'warning') tellLine(`warning: ${event.message}`);
    }
  } finally {
    settle();
  }
  if (interrupted()) process.exitCode = exitCodes.interrupted;
  else end(ending(await readStatus(directory, header)));
};

import { Command } from 'commander';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { RecordedEvent } from '../../engine/model/event.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { statusTable } from '../../engine/observe/status/table.ts';
import { statusText } from '../../engine/observe/status/text.ts';
import { controllerStateOf } from '../../transport/journal/controller.ts';
import { followJournal } from '../../transport/journal/follow.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { progressPrinter } from '../terminal/progress.ts';
import { writeLine } from '../terminal/write.ts';
import { statusJson } from './status-json.ts';
import { findStatus, readStatus, readStatuses } from './stored-status.ts';

interface StatusOptions {
  readonly follow?: true;
  readonly json?: true;
}

/** `precopy status`: shows running and past migrations from the journals on this machine. */
export const statusCommand = (): Command =>
  new Command('status')
    .description('show migrations that were started on this machine, from their journals')
    .argument(
      '[migration]',
      'id of a migration, its beginning, or a container: its newest one (default: all)',
    )
    .option('--follow', 'show progress until the migration ends (default: the one under way)')
    .option('--json', 'print the status as JSON')
    .action(async (wanted: string | undefined, options: StatusOptions) => {
      const directory = journalDirectory();
      const json = options.json === true;
      if (options.follow === true) return follow(directory, wanted, json);
      if (wanted === undefined) return showAll(await readStatuses(directory), json);
      show(await findStatus(directory, wanted), json);
    });

const showAll = (statuses: readonly MigrationStatus[], json: boolean): void => {
  if (json) writeLine(JSON.stringify({ version: 1, migrations: statuses.map(statusJson) }, undefined, 2));
  else writeLine(statuses.length === 0 ? 'no migrations' : statusTable(statuses, new Date()));
};

const show = (status: MigrationStatus, json: boolean): void => {
  writeLine(
    json
      ? JSON.stringify({ version: 1, ...statusJson(status) }, undefined, 2)
      : statusText(status, new Date()),
  );
};

const follow = async (directory: string, wanted: string | undefined, json: boolean): Promise<void> => {
  const { header } = await (wanted === undefined
    ? findOneUnderWay(directory)
    : findStatus(directory, wanted));
  const { signal, interrupted, settle } = interruptible(() => {});
  try {
    const mayGrow = (): boolean => controllerStateOf(header.controller) !== 'gone';
    const showEvent: (event: RecordedEvent) => void = progressPrinter();
    for await (const event of followJournal({ directory, migration: header.migration, mayGrow, signal }))
      showEvent(event);
  } finally {
    settle();
  }
  const status = await readStatus(directory, header);
  show(status, json);
  process.exitCode = interrupted() ? exitCodes.interrupted : followedExitCode(status);
};

/** Returns the exit code of `precopy migrate` for this migration. */
export const followedExitCode = ({ live }: MigrationStatus): number =>
  exitCodeOf(live.outcome ?? 'in-doubt', live.interrupted === true);

const findOneUnderWay = async (directory: string): Promise<MigrationStatus> => {
  const [one, ...more] = (await readStatuses(directory)).filter(({ standing }) => standing === 'under-way');
  if (one === undefined) throw new InvalidInput('no migration is under way: name the one to follow');
  if (more.length > 0) {
    const ids = [one, ...more].map(({ header }) => header.migration).join(', ');
    throw new InvalidInput(`several migrations are under way, name one of them: ${ids}`);
  }
  return one;
};

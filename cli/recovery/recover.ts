import { Command, Option } from 'commander';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Keep, RecoveryDecision } from '../../engine/model/recovery.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { outcomeText } from '../../engine/observe/text/outcome.ts';
import type { Found } from '../../engine/run/recover.ts';
import { controllerStateOf } from '../../transport/journal/controller.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { plainPath } from '../options/host-options.ts';
import { findStatus, readStatuses } from '../status/stored-status.ts';
import { exitCodes, explain } from '../terminal/exit-codes.ts';
import { logLine, writeLine } from '../terminal/write.ts';
import { isSettled, recoverOne } from './recover-one.ts';
import { endLines, foundLines, recoveryExitCode, recoveryJson } from './recovery-lines.ts';

interface RecoverOptions {
  readonly keep?: Keep;
  readonly sshConfig?: string;
  readonly runcRoot?: string;
  readonly json?: true;
}

/** `precopy recover`: finishes or undoes migrations after a crash. */
export const recoverCommand = (): Command =>
  new Command('recover')
    .description('finish or undo a migration that was cut short, or whose outcome is in doubt')
    .argument(
      '[migration]',
      'id of a migration, its beginning, or a container: its newest one (default: all that need it)',
    )
    .addOption(
      new Option(
        '--keep <side>',
        'in doubt: the side that keeps the container; first make sure what the source has',
      ).choices(['source', 'destination']),
    )
    .option('--ssh-config <file>', 'ssh configuration to use (default: as for the migration)')
    .addOption(
      new Option(
        '--runc-root <dir>',
        "runc's --root on both hosts (default: as for the migration)",
      ).argParser(plainPath),
    )
    .option('--json', 'print what was found and done as JSON')
    .action(async (wanted: string | undefined, options: RecoverOptions) => {
      const directory = journalDirectory();
      if (wanted === undefined && options.keep !== undefined)
        throw new InvalidInput('--keep needs the name of one migration');
      const statuses =
        wanted === undefined
          ? (await readStatuses(directory)).filter(needsRecovery)
          : [await findStatus(directory, wanted)];
      if (statuses.length === 0 && options.json !== true) writeLine('nothing to recover');
      const endings: Ending[] = [];
      for (const status of statuses) endings.push(await recoverAndPrint(directory, status, options));
      const recoveries = endings.flatMap(({ json }) => (json === undefined ? [] : [json]));
      if (options.json === true) writeLine(JSON.stringify({ version: 1, recoveries }, undefined, 2));
      process.exitCode = endings.find(({ code }) => code !== exitCodes.done)?.code ?? exitCodes.done;
    });

interface Ending {
  readonly code: number;
  readonly json?: object;
}

/** Returns whether the controller is gone without a certain outcome, or with something left over. */
const needsRecovery = ({ standing, live, header }: MigrationStatus): boolean =>
  standing === 'cut-short' ||
  (live.outcome !== undefined && !isSettled(live) && controllerStateOf(header.controller) === 'gone');

/** Recovers one migration. An error becomes an exit code, so that the others are recovered too. */
const recoverAndPrint = async (
  directory: string,
  status: MigrationStatus,
  options: RecoverOptions,
): Promise<Ending> => {
  const { header } = status;
  const print = options.json === true ? () => {} : writeLine;
  const { migration, container, from, to } = header;
  print(`${container}: ${from} → ${to} (migration ${migration})`);
  const refusal = refusalOf(status);
  if (refusal !== undefined) {
    if (options.json === true) logLine(refusal.text);
    else print(refusal.text);
    return { code: refusal.code };
  }
  try {
    const onFound = (found: Found, decision: RecoveryDecision): void =>
      foundLines(header, found, decision).forEach(print);
    const recovered = await recoverOne(directory, status, { ...options, onFound });
    if (recovered === undefined) {
      print('nothing to do: another recovery came first');
      return { code: exitCodes.done };
    }
    endLines(recovered).forEach(print);
    return { code: recoveryExitCode(recovered), json: recoveryJson(recovered) };
  } catch (error) {
    const { line, hint, code } = explain(error);
    logLine(`precopy: ${line}`);
    if (hint !== undefined) logLine(`Try: ${hint}`);
    return { code };
  }
};

/** Returns why nothing is done, or undefined when the migration can be recovered. */
const refusalOf = ({
  standing,
  live,
  header,
}: MigrationStatus): { readonly text: string; readonly code: number } | undefined => {
  const { migration, container, from, to, controller } = header;
  const { outcome } = live;
  if (outcome !== undefined && isSettled(live))
    return { text: `nothing to do: ${outcomeText(outcome, container, from, to)}`, code: exitCodes.done };
  const state = controllerStateOf(controller);
  if (standing === 'elsewhere' || state === 'elsewhere') {
    const text = `the migration was started on ${controller.host}; run on that machine: precopy recover ${migration}`;
    return { text, code: exitCodes.refused };
  }
  return state === 'alive'
    ? { text: `the migration is under way; to stop it: precopy abort ${migration}`, code: exitCodes.refused }
    : undefined;
};

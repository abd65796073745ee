import { Command, Option } from 'commander';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Keep, RecoveryDecision } from '../../engine/model/recovery.ts';
import type { MigrationStatus } from '../../engine/observe/status/status.ts';
import { outcomeText } from '../../engine/observe/text/outcome.ts';
import type { Found } from '../../engine/run/recover.ts';
import { stateOf } from '../../transport/journal/controller.ts';
import { journalDirectory } from '../../transport/journal/place.ts';
import { plainPath } from '../options/host-options.ts';
import { findStatus, readStatuses } from '../status/stored-status.ts';
import { exitCodes, explain } from '../terminal/exit-codes.ts';
import { tellLine, writeLine } from '../terminal/write.ts';
import { isSettled, recoverOne } from './recover-one.ts';
import { endLines, foundLines, recoveryExitCode, recoveryJson } from './recovery-lines.ts';

interface RecoverOptions {
  readonly keep?: Keep;
  readonly sshConfig?: string;
  readonly runcRoot?: string;
  readonly json?: true;
}

/** `precopy recover`: finishes or undoes what a crash has left. */
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
        'in doubt: whose copy is kept, source or destination; you have made sure of what the source has',
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
        throw new InvalidInput('--keep is for one migration: name it');
      const statuses =
        wanted === undefined
          ? (await readStatuses(directory)).filter(needsRecovery)
          : [await findStatus(directory, wanted)];
      if (statuses.length === 0 && options.json !== true) writeLine('nothing to recover');
      const endings: Ending[] = [];
      for (const status of statuses) endings.push(await endingOf(directory, status, options));
      const recoveries = endings.flatMap(({ json }) => (json === undefined ? [] : [json]));
      if (options.json === true) writeLine(JSON.stringify({ version: 1, recoveries }, undefined, 2));
      process.exitCode = endings.find(({ code }) => code !== exitCodes.done)?.code ?? exitCodes.done;
    });

interface Ending {
  readonly code: number;
  readonly json?: object;
}

/** No outcome and nobody who would bring one about, or none that can be told, or something left to clean up. */
const needsRecovery = ({ standing, live, header }: MigrationStatus): boolean =>
  standing === 'cut-short' ||
  (live.outcome !== undefined && !isSettled(live) && stateOf(header.controller) === 'gone');

/** One that cannot be recovered does not stop the others. */
const endingOf = async (
  directory: string,
  status: MigrationStatus,
  options: RecoverOptions,
): Promise<Ending> => {
  const { header } = status;
  const say = options.json === true ? () => {} : writeLine;
  const { migration, container, from, to } = header;
  say(`${container}: ${from} → ${to} (migration ${migration})`);
  const refusal = refusalOf(status);
  if (refusal !== undefined) {
    if (options.json === true) tellLine(refusal.text);
    else say(refusal.text);
    return { code: refusal.code };
  }
  try {
    const onFound = (found: Found, decision: RecoveryDecision): void =>
      foundLines(header, found, decision).forEach(say);
    const recovered = await recoverOne(directory, status, { ...options, onFound });
    if (recovered === undefined) {
      say('nothing to do: another recovery came first');
      return { code: exitCodes.done };
    }
    endLines(recovered).forEach(say);
    return { code: recoveryExitCode(recovered), json: recoveryJson(recovered) };
  } catch (error) {
    const { line, hint, code } = explain(error);
    tellLine(`precopy: ${line}`);
    if (hint !== undefined) tellLine(`Try: ${hint}`);
    return { code };
  }
};

/** Why nothing is done, if so. */
const refusalOf = ({
  standing,
  live,
  header,
}: MigrationStatus): { readonly text: string; readonly code: number } | undefined => {
  const { migration, container, from, to, controller } = header;
  const { outcome } = live;
  if (outcome !== undefined && isSettled(live))
    return { text: `nothing to do: ${outcomeText(outcome, container, from, to)}`, code: exitCodes.done };
  const state = stateOf(controller);
  if (standing === 'elsewhere' || state === 'elsewhere') {
    const there = `it was started on ${controller.host}: there, precopy recover ${migration}`;
    return { text: there, code: exitCodes.refused };
  }
  return state === 'alive'
    ? { text: `it is under way: precopy abort ${migration}`, code: exitCodes.refused }
    : undefined;
};

import { Command } from 'commander';
import { learnt } from '../../engine/core/prediction/history.ts';
import { PlanRejected } from '../../engine/model/errors.ts';
import type { MigrationEvent } from '../../engine/model/event.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Calibration } from '../../engine/model/policy.ts';
import type { Report } from '../../engine/model/report.ts';
import { planText } from '../../engine/observe/plan/text.ts';
import { reportText } from '../../engine/observe/report-text.ts';
import { findingsText } from '../../engine/observe/text/findings.ts';
import { migrate } from '../../engine/run/migrate.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { journalDirectory } from '../../transport/journal/journal-path.ts';
import { pastCutOvers } from '../../transport/journal/past-cut-overs.ts';
import { newMigrationId } from '../../transport/migration-id.ts';
import { startJournaling } from '../journal/journal.ts';
import { type DockerOptions, dockerRequestFrom, withDockerOptions } from '../options/docker-options.ts';
import { type HostOptions, reachedBy, withHostOptions } from '../options/host-options.ts';
import { type PageOptions, pageRequestFrom, withPageOptions } from '../options/page-options.ts';
import { type PolicyOptions, policyFrom, withPolicyOptions } from '../options/policy-options.ts';
import { confirmWarnings } from '../terminal/confirm.ts';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.ts';
import { type Interruptible, interruptible } from '../terminal/interrupt.ts';
import { progressPrinter } from '../terminal/progress.ts';
import { logLine, writeLine } from '../terminal/write.ts';
import { type OpenPorts, openPorts } from '../wiring/open-ports.ts';

interface MigrateOptions extends HostOptions, PageOptions, PolicyOptions, DockerOptions {
  readonly dryRun?: true;
  readonly json?: true;
  readonly yes?: true;
  readonly journal: boolean;
}

/** `precopy migrate`: a whole migration, from preflight to report. */
export const migrateCommand = (): Command =>
  withPolicyOptions(
    withDockerOptions(
      withPageOptions(
        withHostOptions(
          new Command('migrate')
            .description('move a running container to another host')
            .argument('<container>', 'a running container: its id, or its name in Docker')
            .option('--dry-run', 'print the plan and change nothing')
            .option('--json', 'print the report as JSON')
            .option('-y, --yes', 'migrate despite warnings, without asking')
            .option(
              '--no-journal',
              'keep no journal: precopy status, set, abort and recover will not know this migration',
            ),
        ),
      ),
    ),
  ).action(async (container: string, options: MigrateOptions) => {
    const opened = await openPorts(options, container, options.stallTimeout);
    let committed = false;
    const interruption = interruptible((first) => logLine(interruptionText(first, committed)));
    const onCommit = (): void => {
      committed = true;
    };
    try {
      await run(container, options, opened, interruption, onCommit);
    } finally {
      interruption.settle();
      await opened.close();
    }
  });

const interruptionText = (first: boolean, committed: boolean): string => {
  if (committed) return 'past the commit: the container is on the destination; finishing';
  return first
    ? 'interrupted: rolling back; the source keeps the container'
    : 'already rolling back: please wait';
};

/** Returns whether SIGUSR2 has asked for the cut-over after the round under way. */
const listenForCutOver = (): (() => boolean) => {
  let isAsked = false;
  process.once('SIGUSR2', () => {
    isAsked = true;
    logLine('asked to cut over (SIGUSR2): cutting over after this round');
  });
  return () => isAsked;
};

const run = async (
  container: string,
  options: MigrateOptions,
  opened: OpenPorts,
  { signal, interrupted }: Interruptible,
  onCommit: () => void,
): Promise<void> => {
  const request = {
    container,
    from: opened.from,
    to: opened.to,
    policy: policyFrom(options),
    pages: pageRequestFrom(options),
    docker: dockerRequestFrom(options),
  };
  const plan = await preflight(
    opened.ports,
    { migration: newMigrationId(), request, address: opened.address },
    signal,
  );
  if (options.dryRun === true) return showPlan(plan, options.json === true);
  if (plan.findings.length > 0) logLine(findingsText(plan.findings));
  if (plan.findings.some(({ severity }) => severity === 'error')) throw new PlanRejected(plan.findings);
  if (!(await confirmWarnings(plan.findings, options.yes === true, signal))) return;
  const cutOverAsked = listenForCutOver();
  const calibration = await readCalibration(plan);
  const journal = await startJournaling(plan, reachedBy(options), options.journal);
  const show = progressPrinter();
  const sink = (event: MigrationEvent): void => {
    if (event.kind === 'phase' && event.to === 'committed') onCommit();
    journal.sink(event);
    show(event);
  };
  const { durable, changes } = journal;
  const report = await migrate(plan, opened.ports, {
    sink,
    signal,
    cutOverAsked,
    calibration,
    durable,
    changes,
  });
  await journal.close();
  showReport(report, options.json === true);
  process.exitCode = exitCodeOf(report.outcome, interrupted());
};

/** Reads earlier migrations between these hosts. Unreadable journals do not stop the migration. */
const readCalibration = async ({ from, to, container }: Plan): Promise<Calibration> => {
  const route = { from, to, docker: container.docker !== undefined };
  return learnt(await pastCutOvers(journalDirectory(), route).catch(() => []));
};

const showPlan = (plan: Plan, json: boolean): void => {
  writeLine(json ? JSON.stringify({ version: 1, plan }, undefined, 2) : planText(plan));
  if (plan.findings.some(({ severity }) => severity === 'error')) process.exitCode = exitCodes.refused;
};

const showReport = (report: Report, json: boolean): void => {
  writeLine(json ? JSON.stringify(report, undefined, 2) : reportText(report));
};

import type { MigrationStatus } from '../../engine/observe/status/status.ts';

/** The JSON of a status, documented in docs/journal.md. */
export const statusJson = (status: MigrationStatus): object => {
  const { header, standing, live, warnings } = status;
  const { version: _, outcome: __, ...report } = status.report;
  const { migration, container, containerId, from, to, startedAt, controller } = header;
  return {
    ...report,
    migration,
    container,
    containerId,
    from,
    to,
    startedAt,
    controller: { host: controller.host, pid: controller.pid },
    standing,
    phase: live.phase,
    interrupted: live.interrupted === true,
    ...(live.outcome === undefined ? {} : { outcome: live.outcome }),
    ...(live.decision === undefined ? {} : { decision: live.decision }),
    ...(live.current === undefined
      ? {}
      : { current: { index: live.current.index, received: live.current.received } }),
    warnings,
  };
};

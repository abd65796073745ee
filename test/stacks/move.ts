import type { Report } from '../../engine/model/report.ts';
import { migrate } from '../lab/precopy.ts';

/** Migrates, and rejects with all that was said when the container has not moved. */
export const move = async (...args: readonly string[]): Promise<Report> => {
  const { exitCode, report, stderr } = await migrate(...args);
  if (exitCode !== 0 || report.outcome !== 'migrated')
    throw new Error(`${args[0]}: exit ${exitCode}, ${report.outcome}: ${report.failure?.message}\n${stderr}`);
  return report;
};

import type { JournalHeader, Reached } from '../../engine/model/journal.ts';
import { containerName } from '../../engine/model/names.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { thisController } from './controller.ts';

/** Returns the first line of a journal, with this process as the controller. */
export const journalHeader = (plan: Plan, reached: Reached): JournalHeader => ({
  version: 1,
  migration: plan.migration,
  container: containerName(plan.container),
  containerId: plan.container.id,
  from: plan.from,
  to: plan.to,
  controller: thisController(),
  reached,
  startedAt: new Date().toISOString(),
});

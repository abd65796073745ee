import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { JournalHeader } from '../../../engine/model/journal.ts';
import { plan } from '../../engine/core/events.ts';

export const header: JournalHeader = {
  version: 1,
  migration: plan.migration,
  container: 'shop',
  containerId: 'shop',
  from: 'blue',
  to: 'green',
  controller: { host: 'control', pid: 4711, startTime: '123456', boot: 'b007' },
  startedAt: '2026-01-02T03:04:05.000Z',
};

export const journalText = (
  events: readonly MigrationEvent[],
  changed: Partial<JournalHeader> = {},
): string => [{ ...header, ...changed }, ...events].map((line) => `${JSON.stringify(line)}\n`).join('');

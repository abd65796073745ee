import { millis } from '../../model/units.ts';
import { age, count } from '../text/format.ts';
import { table } from '../text/layout.ts';
import { printable } from '../text/printable.ts';
import type { MigrationStatus } from './status.ts';

const titles = ['migration', 'container', 'from → to', 'state', 'rounds', 'started'] as const;
const words = [0, 1, 2, 3];

/** A line for each migration. */
export const statusTable = (statuses: readonly MigrationStatus[], now: Date): string =>
  table([titles, ...statuses.map((status) => rowOf(status, now))], words).join('\n');

const rowOf = (status: MigrationStatus, now: Date): readonly string[] => {
  const { migration, container, from, to, startedAt } = status.header;
  return [
    migration,
    container,
    `${from} → ${to}`,
    stateText(status),
    count(status.live.rounds.length),
    `${age(millis(now.getTime() - Date.parse(startedAt)))} ago`,
  ].map(printable);
};

/** Its outcome, or the phase it is in or was last in. */
export const stateText = ({ standing, live, header }: MigrationStatus): string => {
  switch (standing) {
    case 'over':
      return live.outcome ?? live.phase;
    case 'under-way':
      return live.phase;
    case 'cut-short':
      return `cut short: ${live.phase}`;
    case 'elsewhere':
      return `${live.phase}, ask ${header.controller.host}`;
  }
};

import { millis } from '../../model/units.ts';
import { downtimeTable } from '../text/downtime-table.ts';
import { age, counted, size, time } from '../text/format.ts';
import { wrapped } from '../text/layout.ts';
import { outcomeText } from '../text/outcome.ts';
import { changeLines } from '../text/policy-change.ts';
import { printable } from '../text/printable.ts';
import { roundsTable } from '../text/rounds-table.ts';
import { stopReasonText } from '../text/stop-reason.ts';
import { whatIsLeft } from './remains.ts';
import type { MigrationStatus } from './status.ts';
import { stateText } from './table.ts';

/** One migration for people, at most 80 columns wide. */
export const statusText = (status: MigrationStatus, now: Date): string => {
  const { header, live, report } = status;
  const { migration, container, from, to, startedAt } = header;
  const since = millis(now.getTime() - Date.parse(startedAt));
  return [
    ...wrapped('', `${container}: ${from} → ${to} (migration ${migration})`),
    ...wrapped('state     ', stateText(status)),
    ...controllerLines(status),
    ...wrapped('started   ', `${startedAt.replace(/\.\d+/, '')}, ${age(since)} ago`),
    ...wrapped(
      'lasted    ',
      `${time(status.standing === 'under-way' ? since : report.total)}; ${size(report.pageBytes)} of pages sent`,
    ),
    ...outcomeLines(status),
    ...changeLines(report.changes),
    ...failureLines(status),
    ...status.warnings.flatMap((warning) => wrapped('warning   ', warning)),
    ...section(report.rounds.length === 0 ? [] : roundsTable(report.rounds)),
    ...currentLines(status),
    ...section(decisionLines(status)),
    ...section(
      live.decision === undefined && report.measured === undefined
        ? []
        : downtimeTable(
            report.measured === undefined ? live.decision?.estimate : report.predicted,
            report.measured,
          ),
    ),
    ...section(whatIsLeft(status).flatMap((line) => wrapped('', line))),
  ].join('\n');
};

const section = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines]);

const controllerLines = ({ header, standing }: MigrationStatus): readonly string[] => {
  const { host, pid } = header.controller;
  const states = { over: '', 'under-way': ', running', 'cut-short': ', gone', elsewhere: '' } as const;
  return wrapped('by        ', `process ${pid} on ${host}${states[standing]}`);
};

const outcomeLines = ({ header, live }: MigrationStatus): readonly string[] =>
  live.outcome === undefined
    ? []
    : wrapped('outcome   ', outcomeText(live.outcome, header.container, header.from, header.to));

const failureLines = ({ report: { failure } }: MigrationStatus): readonly string[] =>
  failure === undefined
    ? []
    : [
        ...wrapped('failure   ', `in phase ${failure.phase}: ${failure.message}`),
        ...failure.detail.map((line) => `  | ${printable(line)}`),
      ];

const currentLines = ({ live: { current }, standing }: MigrationStatus): readonly string[] => {
  if (current === undefined) return [];
  const what = current.index === 'final' ? 'final dump' : `round ${current.index}`;
  return [
    '',
    `${what} ${standing === 'cut-short' ? 'was ' : ''}under way, ${size(current.received)} received`,
  ];
};

const decisionLines = ({ live: { decision }, report }: MigrationStatus): readonly string[] => {
  if (decision === undefined) return [];
  if (decision.kind === 'another-round') return wrapped('decision  ', 'another round');
  const after = counted(report.rounds.length, 'round', 'rounds');
  const what = decision.kind === 'cut-over' ? 'cut over' : 'give up';
  return wrapped('decision  ', `${what} after ${after}: ${stopReasonText(decision.reason)}`);
};

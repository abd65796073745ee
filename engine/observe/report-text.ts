import type { Report } from '../model/report.ts';
import { remainsLines } from './status/remains.ts';
import { compressionText } from './text/compression.ts';
import { downtimeTable } from './text/downtime-table.ts';
import { counted, percent, size, time } from './text/format.ts';
import { wrapped } from './text/layout.ts';
import { outcomeText } from './text/outcome.ts';
import { pageChannelText } from './text/page-channel.ts';
import { changeLines } from './text/policy-change.ts';
import { printable } from './text/printable.ts';
import { roundsTable } from './text/rounds-table.ts';
import { stopReasonText } from './text/stop-reason.ts';

/** A report for people, at most 80 columns wide. */
export const reportText = (report: Report): string =>
  [
    ...wrapped('', `${report.container}: ${report.from} → ${report.to} (migration ${report.migration})`),
    ...wrapped('outcome   ', outcomeText(report.outcome, report.container, report.from, report.to)),
    ...failureLines(report),
    ...remainsLines(report.migration, report.remains ?? []).flatMap((line) => wrapped('', line)),
    `total     ${time(report.total)}`,
    ...sentLines(report),
    ...channelLines(report),
    ...compressionLines(report),
    ...changeLines(report.changes),
    ...section(report.rounds.length === 0 ? [] : roundsTable(report.rounds)),
    ...section(stopLines(report)),
    ...section(hasDowntime(report) ? downtimeTable(report.predicted, report.measured) : []),
  ].join('\n');

const section = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines]);

const hasDowntime = ({ predicted, measured }: Report): boolean =>
  predicted !== undefined || measured !== undefined;

const failureLines = ({ failure }: Report): readonly string[] =>
  failure === undefined
    ? []
    : [
        ...wrapped('failure   ', `in phase ${failure.phase}: ${failure.message}`),
        ...failure.detail.map((line) => `  | ${printable(line)}`),
      ];

const sentLines = ({ pageBytes, fileBytes, wireBytes, resident }: Report): readonly string[] => {
  const share = resident > 0 ? `, ${percent(pageBytes / resident)} of ${size(resident)} resident` : '';
  const wire = wireBytes === undefined ? '' : `; ${size(wireBytes)} on the wire`;
  return wrapped('sent      ', `${size(pageBytes)} of pages${share}; ${size(fileBytes)} of files${wire}`);
};

const channelLines = ({ pageChannel }: Report): readonly string[] =>
  pageChannel === undefined ? [] : wrapped('pages     ', pageChannelText(pageChannel));

const compressionLines = ({ compression }: Report): readonly string[] =>
  compression === undefined ? [] : wrapped('compress  ', compressionText(compression));

const stopLines = ({ rounds, stop }: Report): readonly string[] =>
  stop === undefined ? [] : wrapped('stopped   ', `${afterRounds(rounds.length)}: ${stopReasonText(stop)}`);

const afterRounds = (made: number): string =>
  made === 0 ? 'before any round' : `after ${counted(made, 'round', 'rounds')}`;

import type { Decision } from '../../model/decision.ts';
import { dirtySet } from '../../model/dirty-stats.ts';
import type { RecordedEvent } from '../../model/event.ts';
import { containerName } from '../../model/names.ts';
import type { Round } from '../../model/round.ts';
import { compressionText } from '../text/compression.ts';
import { count, counted, pageRate, rate, size, time } from '../text/format.ts';
import { policyChangeText } from '../text/policy-change.ts';
import { printable } from '../text/printable.ts';
import { stopReasonText } from '../text/stop-reason.ts';

/** What an event says where there is no terminal to redraw; may be several lines. Most events say nothing. */
export const plainLines = (event: RecordedEvent): string | undefined => {
  switch (event.kind) {
    case 'planned': {
      const { container, from, to, migration } = event.plan;
      const { resident } = container.memory;
      return `migration ${migration}: ${containerName(container)} from ${from} to ${to}, ${size(resident)} resident`;
    }
    case 'phase':
      return `phase: ${event.to}`;
    case 'compression-decided':
      return `compression ${compressionText(event.compression)}`;
    case 'files-synced':
      return `files (${syncNames[event.when]}): ${size(event.sent)} in ${time(event.took)}`;
    case 'round-started':
    case 'round-progress':
    case 'interrupted':
      return undefined;
    case 'round-finished':
      return roundLine(event.round);
    case 'decided':
      return decisionLine(event.decision);
    case 'image-shipped':
      return `container image: ${size(event.sent)} in ${time(event.took)}`;
    case 'images-shipped':
      return `images: ${size(event.sent)} in ${time(event.took)}`;
    case 'carried':
      return `on the wire: ${size(event.wire)}`;
    case 'images-verified':
      return `verified: ${counted(event.files, 'image', 'images')} of ${size(event.size)} in ${time(event.took)}`;
    case 'final-dumped':
      return `final dump: ${counted(dirtySet(event.dirty), 'page', 'pages')}`;
    case 'downtime': {
      const { freeze, dump, transfer, fileSync, verify, restore, resume, total } = event.downtime;
      return (
        `downtime: ${time(total)} (freeze ${time(freeze)}, dump ${time(dump)}, transfer ${time(transfer)}, ` +
        `file sync ${time(fileSync)}, verify ${time(verify)}, restore ${time(restore)}, resume ${time(resume)})`
      );
    }
    case 'policy-changed':
      return `limits changed: ${policyChangeText(event.from, event.to)}`;
    case 'change-refused':
      return `limits not changed: ${printable(event.why)}`;
    case 'rolling-back':
      return `rolling back: ${printable(event.why)}`;
    case 'warning':
      return `warning: ${printable(event.message)}`;
    case 'failed':
      return [
        `failed in phase ${event.phase}: ${printable(event.message)}`,
        ...event.detail.map((line) => `  | ${printable(line)}`),
      ].join('\n');
    case 'recovery':
      return `recovery: source ${event.source}, destination ${event.destination}: ${event.decision}`;
    case 'finished':
      return `outcome: ${event.outcome}`;
  }
};

const syncNames = { first: 'first', round: 'between rounds', frozen: 'frozen' } as const;

const roundLine = ({ index, dirty, sent, window, transfer }: Round): string =>
  [
    `round ${index}: ${counted(dirty.pagesWritten, 'page', 'pages')}`,
    ...(dirty.sharedPagesWritten > 0 ? [`${count(dirty.sharedPagesWritten)} shared`] : []),
    `${size(sent)} in ${time(transfer)} (${rate(sent, transfer)})`,
    ...(window > 0 ? [`dirtied ${pageRate(dirty.pagesWritten, window)} over ${time(window)}`] : []),
    `frozen ${time(dirty.frozen)}`,
  ].join(', ');

const decisionLine = (decision: Decision): string => {
  const predicted = `(predicted downtime ${time(decision.estimate.total)})`;
  switch (decision.kind) {
    case 'another-round':
      return `decision: another round ${predicted}`;
    case 'cut-over':
      return `decision: cut over ${predicted}: ${stopReasonText(decision.reason)}`;
    case 'give-up':
      return `decision: give up ${predicted}: ${stopReasonText(decision.reason)}`;
  }
};

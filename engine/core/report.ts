import type { Decision } from '../model/decision.ts';
import { dirtySet } from '../model/dirty-stats.ts';
import type { RecordedEvent } from '../model/event.ts';
import { containerName } from '../model/names.ts';
import type { Phase } from '../model/phase.ts';
import type { PlanSummary } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Outcome, Report } from '../model/report.ts';
import { bytes, type Millis, millis, pages, pagesToBytes } from '../model/units.ts';

/**
 * What the events tell. Any prefix of a migration's events has a report:
 * - `outcome` is that of the last `finished`: a recovery may add one; without any, `migrated` in phase `done` and else `in-doubt`.
 * - `stop` and `predicted` come from the decision that ended the rounds, `measured` from the cut-over.
 * - `pageBytes` sums the rounds and the final dump, if that told what it sent; `fileBytes` all syncs of files and images.
 * - `total` is the time from the first event to `finished`, or to the last event before a recovery.
 * - `failure` is the first one: what fails while rolling back is its consequence.
 * - Before `planned`, names are empty and figures zero.
 */
export const reportOf = (events: readonly RecordedEvent[]): Report => {
  const report = events.reduce(take, nothing);
  const changes = changesOf(events);
  const lasted = totalOf(events);
  const phase = events.reduce(phaseAfter, 'planned');
  const finished = events.findLast((event) => event.kind === 'finished');
  return {
    ...report,
    ...(changes.length === 0 ? {} : { changes }),
    ...(finished?.remains === undefined ? {} : { remains: finished.remains }),
    total: lasted,
    outcome: finished?.outcome ?? outcomeOf(phase),
  };
};

const noPolicy: Policy = { maxRounds: 0, minDirtyPages: pages(0), maxGrowth: 0, onDeadline: 'cut-over' };

const nothing: Report = {
  version: 1,
  migration: '',
  container: '',
  from: '',
  to: '',
  outcome: 'in-doubt',
  policy: noPolicy,
  findings: [],
  rounds: [],
  resident: bytes(0),
  pageBytes: bytes(0),
  fileBytes: bytes(0),
  total: millis(0),
};

const take = (report: Report, event: RecordedEvent): Report => {
  switch (event.kind) {
    case 'planned':
      return { ...report, ...planned(event.plan) };
    case 'compression-decided':
      return { ...report, compression: event.compression };
    case 'carried':
      return { ...report, wireBytes: event.wire };
    case 'round-finished':
      return {
        ...report,
        rounds: [...report.rounds, event.round],
        pageBytes: bytes(report.pageBytes + event.round.sent),
      };
    case 'final-dumped': {
      const sent = pagesToBytes(dirtySet(event.dirty));
      return { ...report, pageBytes: bytes(report.pageBytes + sent) };
    }
    case 'files-synced':
    case 'image-shipped':
    case 'images-shipped':
      return { ...report, fileBytes: bytes(report.fileBytes + event.sent) };
    case 'policy-changed':
      return { ...report, policy: event.to };
    case 'decided':
      return { ...report, ...decided(event.decision) };
    case 'downtime':
      return { ...report, measured: event.downtime };
    case 'failed': {
      const { phase, message, detail } = event;
      return { ...report, failure: report.failure ?? { phase, message, detail } };
    }
    case 'phase':
    case 'images-verified':
    case 'round-started':
    case 'round-progress':
    case 'change-refused':
    case 'interrupted':
    case 'rolling-back':
    case 'warning':
    case 'recovery':
    case 'finished':
      return report;
  }
};

const planned = (plan: PlanSummary): Partial<Report> => ({
  migration: plan.migration,
  container: containerName(plan.container),
  from: plan.from,
  to: plan.to,
  policy: plan.policy,
  pageChannel: plan.pages.channel,
  findings: plan.findings,
  resident: plan.container.memory.resident,
});

const decided = (decision: Decision): Partial<Report> =>
  decision.kind === 'another-round' ? {} : { stop: decision.reason, predicted: decision.estimate };

const changesOf = (events: readonly RecordedEvent[]): NonNullable<Report['changes']> => {
  const begun: Millis = events[0]?.at ?? millis(0);
  return events.flatMap((event) =>
    event.kind === 'policy-changed' ? [{ at: millis(event.at - begun), from: event.from, to: event.to }] : [],
  );
};

const totalOf = (events: readonly RecordedEvent[]): Report['total'] => {
  const first = events[0];
  const recovered = events.findIndex((event) => event.kind === 'recovery');
  const own = recovered < 0 ? events : events.slice(0, recovered);
  const last = own.find((event) => event.kind === 'finished') ?? own.at(-1);
  return millis(first === undefined || last === undefined ? 0 : Math.max(0, last.at - first.at));
};

const phaseAfter = (phase: Phase, event: RecordedEvent): Phase => (event.kind === 'phase' ? event.to : phase);

/** Where events end without `finished`: only `done` proves where the container is. */
const outcomeOf = (phase: Phase): Outcome => (phase === 'done' ? 'migrated' : 'in-doubt');

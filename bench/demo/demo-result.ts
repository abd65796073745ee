import type { Report } from '../../engine/model/report.ts';

/** What the demo saw. `version` changes when a field changes meaning or goes. */
export interface DemoResult {
  readonly version: 1;
  readonly report: Report;
  readonly client: {
    readonly writesPerSecond: number;
    readonly acknowledged: number;
    /** Of these, after the migration. */
    readonly acknowledgedAfter: number;
    /** Sent, with an answer that never came: they may have happened or not. */
    readonly unanswered: number;
    /** Acknowledged, and not read back on the destination as written. */
    readonly lost: number;
    /** Longest time between two acknowledgements, in ms. */
    readonly longestGap: number;
  };
  /** Ids of the containers on each host in the end. */
  readonly containers: { readonly source: readonly string[]; readonly destination: readonly string[] };
}

export const succeeded = ({ report, client, containers }: DemoResult): boolean =>
  report.outcome === 'migrated' &&
  client.lost === 0 &&
  client.acknowledgedAfter > 0 &&
  containers.source.length === 0 &&
  containers.destination.includes(report.container);

export const demoText = ({ report, client, containers }: DemoResult): string => {
  const found = (client.acknowledged - client.lost).toLocaleString('en');
  const names = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
  return [
    `client      longest gap between two acknowledged writes ${(client.longestGap / 1000).toFixed(2)} s`,
    `            ${client.acknowledged.toLocaleString('en')} writes acknowledged, ${client.acknowledgedAfter.toLocaleString('en')} of them after the migration`,
    report.outcome === 'migrated'
      ? `proof       ${found} of ${client.acknowledged.toLocaleString('en')} acknowledged writes read back on the destination, ${client.lost} lost`
      : 'proof       none: the container did not move',
    `containers  on the source: ${names(containers.source)}; on the destination: ${names(containers.destination)}`,
  ].join('\n');
};

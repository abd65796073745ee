import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bundleOf, removeContainer, runContainer } from '../../bench/containers/run-container.ts';
import { pageCounter } from '../../bench/containers/workloads.ts';
import type { Host } from '../../engine/ports/host.ts';
import { betweenInTheClear, openHosts, outputOf, sh } from './hosts.ts';
import { migrate, startUntil } from './precopy.ts';

const id = 'counter';
const MEBIBYTES = 64;
/** One walk over all pages takes longer than all rounds: what a round copies stays unwritten until the restore. */
const SLOWLY = 400;

interface Edges {
  readonly pages: number;
  readonly edges: number;
  readonly stale: number;
}

/** What an outsider sees in the stopped container's memory. */
const edgesOf = async (host: Host): Promise<Edges> => {
  await host.run({ argv: ['runc', 'pause', id] });
  const state: { pid: number } = JSON.parse(await outputOf(host, 'runc', 'state', id));
  const edges: Edges = JSON.parse(await outputOf(host, '/opt/precopy-lab/bin/page-edges', String(state.pid)));
  await host.run({ argv: ['runc', 'resume', id] });
  return edges;
};

/** What the program itself found: empty while every page held what was left there. */
const complaints = (host: Host): Promise<string> =>
  sh(host, 'cat "$1" 2>/dev/null; true', `${bundleOf(id)}/rootfs/page-counter.failed`);

/** The slow one, too, when all that takes its time is asked for. */
const rates: readonly number[] = process.env['PRECOPY_FAULTS'] === undefined ? [8000] : [SLOWLY, 8000];

describe('a program that counts through its memory for ever', () => {
  const hosts = openHosts();
  const clear = async (): Promise<void> => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
  };
  afterEach(clear);
  afterAll(() => Promise.all([hosts.a.close(), hosts.b.close()]));

  it.each(rates)('finds every page as it left it, at %i pages/s', async (rate) => {
    await clear();
    await runContainer(hosts.a, pageCounter(id, MEBIBYTES, rate));
    await sh(hosts.a, 'sleep 3');
    const { report } = await migrate(
      id,
      ...betweenInTheClear('a', 'b'),
      '--max-rounds',
      '3',
      '--max-growth',
      '1000%',
    );
    expect(report).toMatchObject({ outcome: 'migrated' });
    const { pages, edges, stale } = await edgesOf(hosts.b);
    expect(pages).toBe((MEBIBYTES * 1024) / 4);
    expect(stale).toBe(0);
    expect(edges).toBeLessThanOrEqual(1);
    await sh(hosts.b, 'sleep 5');
    expect(await complaints(hosts.b)).toBe('');
  });

  it('is seen to hold stale pages when the pages of one round are dropped on purpose', async () => {
    await clear();
    await runContainer(hosts.a, pageCounter(id, MEBIBYTES, SLOWLY));
    await sh(hosts.a, 'sleep 3');
    const args = [
      'migrate',
      id,
      ...betweenInTheClear('a', 'b'),
      '--max-rounds',
      '3',
      '--max-growth',
      '1000%',
      '--json',
    ];
    const running = await startUntil(/decision: cut over/, args);
    // Round 2 now builds on round 0: what only round 1 holds is gone.
    await sh(hosts.b, 'ln -sfn ../0 "/run/precopy/$1/images/2/parent"', id);
    const { exitCode } = await running.finished;
    expect(exitCode).toBe(0);
    const { edges, stale } = await edgesOf(hosts.b);
    expect(stale + Math.max(0, edges - 1)).toBeGreaterThan(0);
  });
});

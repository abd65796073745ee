import { describe, expect, it } from 'vitest';
import { decodeStats, memoryHeat, summarizeCheckpoint } from '../../../criu-proto/index.ts';
import { corpora, corpusOf, memoryDirectory } from '../corpus.ts';

describe('memoryHeat', () => {
  it.each(corpora)('shows in each round as many pages as criu $criu counted', async ({ rounds }) => {
    const heat = await memoryHeat(memoryDirectory(rounds, '/last'));
    expect(heat.rounds).toEqual(['/round-0', '/round-1', '/last']);
    for (const [index, name] of heat.rounds.entries()) {
      const bytes = rounds[name.slice(1)]?.['stats-dump']?.bytes ?? new Uint8Array();
      const { dump } = decodeStats('stats-dump', bytes);
      const shown = heat.mappings.reduce((sum, mapping) => sum + (mapping.rounds[index]?.pages ?? 0), 0);
      expect([name, shown]).toEqual([name, (dump?.pagesWritten ?? 0) + (dump?.shpagesWritten ?? 0)]);
    }
  });

  it('spreads the pages of a mapping over its parts, and loses none', async () => {
    const { mappings } = await memoryHeat(memoryDirectory(corpusOf('4.1.1').rounds, '/last'));
    for (const { pages, parts } of mappings.flatMap(({ rounds }) => rounds)) {
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(pages, 6);
    }
  });
});

describe('summarizeCheckpoint', () => {
  it('tells what one wants to know', async () => {
    const { processes, files, stats, imageVersion } = await summarizeCheckpoint(
      memoryDirectory(corpusOf('4.1.1').rounds, '/last'),
    );
    expect(imageVersion).toBe(2);
    const named = (command: string): (typeof processes)[number] | undefined =>
      processes.find((process) => process.command === command);
    expect(named('threads')).toMatchObject({ parent: 1, state: 'alive', threads: 7 });
    expect(named('unprivileged')).toMatchObject({ uid: 2002 });
    expect(processes.map(({ state }) => state)).toEqual(expect.arrayContaining(['zombie', 'stopped']));
    const what = files.map((file) => file.what);
    expect(what).toContain('eventfd with 18446744073709551614');
    expect(what).toContain('tcp [::]:28802');
    expect(files.find((file) => file.what === 'tcp 127.0.0.1:28803')).toMatchObject({ state: 'listening' });
    expect(files.filter(({ queued }) => queued !== undefined).map(({ queued }) => queued)).toEqual([
      12, 6, 11,
    ]);
    expect(stats.dump?.pagesWritten).toBeGreaterThan(0);
  });

  it('tells mounts and which are external', async () => {
    const { mounts } = await summarizeCheckpoint(memoryDirectory(corpusOf('4.1.1').rounds, '/runc'));
    expect(mounts).toContainEqual(
      expect.objectContaining({ mountpoint: '/dev/shm', type: 'tmpfs', external: false }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Rootfs } from '../../../engine/model/facts.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { fileRoots } from '../../../transport/runc/file-roots.ts';
import { planFor } from '../plan.ts';

const BUNDLE = '/containers/shop';
const MARKER = '/.precopy-moved.json';

const overlay = (changed: Partial<Extract<Rootfs, { kind: 'overlay' }>> = {}): Rootfs => ({
  kind: 'overlay',
  path: '/layers/shop/merged',
  lower: ['/layers/base'],
  upper: '/layers/shop/upper',
  work: '/layers/shop/work',
  mountOptions: [],
  ...changed,
});

/** Returns a file root without the fields that are the same for all. Its path is the same on both hosts. */
const brought = (plan: Plan): readonly object[] =>
  fileRoots(plan).map(({ kind, from, to, exclude, seen, when }) => {
    expect([kind, to]).toEqual(['tree', from]);
    return { from, exclude, seen, when };
  });

const bundle = (exclude: readonly string[], below?: string): object => ({
  from: BUNDLE,
  exclude: [...exclude, MARKER],
  seen: below === undefined ? undefined : { at: '/', below },
  when: 'always',
});

const apart = (from: string): object => ({
  from,
  exclude: [],
  seen: { at: '/', below: '' },
  when: 'always',
});

describe('the file roots', () => {
  it('are the bundle alone when a plain root filesystem is in it', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}/rootfs` });
    expect(brought(plan)).toEqual([bundle([], '/rootfs')]);
  });

  it('include the root filesystem when it is not in the bundle', () => {
    const plan = planFor({ kind: 'directory', path: '/srv/shop' });
    expect(brought(plan)).toEqual([bundle([]), apart('/srv/shop')]);
  });

  it('include a root filesystem whose path only begins like that of the bundle', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}-2/rootfs` });
    expect(brought(plan)).toEqual([bundle([]), apart(`${BUNDLE}-2/rootfs`)]);
  });

  it('include the upper directory of an overlay, not its lower and merged directories', () => {
    expect(brought(planFor(overlay()))).toEqual([bundle([]), apart('/layers/shop/upper')]);
  });

  it('exclude work, merged and lower directories in the bundle', () => {
    const rootfs = overlay({
      path: `${BUNDLE}/rootfs`,
      lower: [`${BUNDLE}/image/base`, '/layers/base'],
      upper: `${BUNDLE}/upper`,
      work: `${BUNDLE}/work`,
    });
    expect(brought(planFor(rootfs))).toEqual([bundle(['/work', '/rootfs', '/image/base'], '/upper')]);
  });

  it('exclude the merged directory in the bundle also when the layers are elsewhere', () => {
    expect(brought(planFor(overlay({ path: `${BUNDLE}/rootfs` })))).toEqual([
      bundle(['/rootfs']),
      apart('/layers/shop/upper'),
    ]);
  });

  it('begin with the lower directories that the destination lacks, complete and once', () => {
    const [first] = fileRoots(planFor(overlay(), { copyLower: ['/layers/base'] }));
    expect(first).toMatchObject({ from: '/layers/base', exclude: [], when: 'first' });
  });
});

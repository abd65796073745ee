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

/** Same path on both hosts, that is: what and where, less what is alike for all. */
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

describe('what is brought over', () => {
  it('is the bundle alone when a plain root filesystem lies in it', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}/rootfs` });
    expect(brought(plan)).toEqual([bundle([], '/rootfs')]);
  });

  it('is the root filesystem too when it lies elsewhere', () => {
    const plan = planFor({ kind: 'directory', path: '/srv/shop' });
    expect(brought(plan)).toEqual([bundle([]), apart('/srv/shop')]);
  });

  it('is not confused by a directory whose name begins like the bundle', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}-2/rootfs` });
    expect(brought(plan)).toEqual([bundle([]), apart(`${BUNDLE}-2/rootfs`)]);
  });

  it('is the upper directory of an overlay, and neither its layers nor what they look like together', () => {
    expect(brought(planFor(overlay()))).toEqual([bundle([]), apart('/layers/shop/upper')]);
  });

  it('leaves out work, merged and lower directories that lie in the bundle beside the upper one', () => {
    const rootfs = overlay({
      path: `${BUNDLE}/rootfs`,
      lower: [`${BUNDLE}/image/base`, '/layers/base'],
      upper: `${BUNDLE}/upper`,
      work: `${BUNDLE}/work`,
    });
    expect(brought(planFor(rootfs))).toEqual([bundle(['/work', '/rootfs', '/image/base'], '/upper')]);
  });

  it('leaves the merged directory of the bundle out also when the layers lie elsewhere', () => {
    expect(brought(planFor(overlay({ path: `${BUNDLE}/rootfs` })))).toEqual([
      bundle(['/rootfs']),
      apart('/layers/shop/upper'),
    ]);
  });

  it('begins with the lower directories the destination lacks, whole and once', () => {
    const [first] = fileRoots(planFor(overlay(), { copyLower: ['/layers/base'] }));
    expect(first).toMatchObject({ from: '/layers/base', exclude: [], when: 'first' });
  });
});

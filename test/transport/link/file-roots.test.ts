import { describe, expect, it } from 'vitest';
import type { Rootfs } from '../../../engine/model/facts.ts';
import { fileRoots, lowerRoots } from '../../../transport/link/file-roots.ts';
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

describe('what is brought over', () => {
  it('is the bundle alone when a plain root filesystem lies in it', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}/rootfs` });
    expect(fileRoots(plan)).toEqual([{ path: BUNDLE, exclude: [MARKER] }]);
  });

  it('is the root filesystem too when it lies elsewhere', () => {
    const plan = planFor({ kind: 'directory', path: '/srv/shop' });
    expect(fileRoots(plan)).toEqual([
      { path: BUNDLE, exclude: [MARKER] },
      { path: '/srv/shop', exclude: [] },
    ]);
  });

  it('is not confused by a directory whose name begins like the bundle', () => {
    const plan = planFor({ kind: 'directory', path: `${BUNDLE}-2/rootfs` });
    expect(fileRoots(plan).map(({ path }) => path)).toEqual([BUNDLE, `${BUNDLE}-2/rootfs`]);
  });

  it('is the upper directory of an overlay, and neither its layers nor what they look like together', () => {
    expect(fileRoots(planFor(overlay()))).toEqual([
      { path: BUNDLE, exclude: [MARKER] },
      { path: '/layers/shop/upper', exclude: [] },
    ]);
  });

  it('leaves out work, merged and lower directories that lie in the bundle beside the upper one', () => {
    const rootfs = overlay({
      path: `${BUNDLE}/rootfs`,
      lower: [`${BUNDLE}/image/base`, '/layers/base'],
      upper: `${BUNDLE}/upper`,
      work: `${BUNDLE}/work`,
    });
    expect(fileRoots(planFor(rootfs))).toEqual([
      { path: BUNDLE, exclude: ['/work', '/rootfs', '/image/base', MARKER] },
    ]);
  });

  it('leaves the merged directory of the bundle out also when the layers lie elsewhere', () => {
    expect(fileRoots(planFor(overlay({ path: `${BUNDLE}/rootfs` })))).toEqual([
      { path: BUNDLE, exclude: ['/rootfs', MARKER] },
      { path: '/layers/shop/upper', exclude: [] },
    ]);
  });

  it('begins with the lower directories the destination lacks, whole', () => {
    expect(lowerRoots(planFor(overlay(), { copyLower: ['/layers/base'] }))).toEqual([
      { path: '/layers/base', exclude: [] },
    ]);
    expect(lowerRoots(planFor(overlay()))).toEqual([]);
  });
});

import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { departureMarker } from './marker.ts';

const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/**
 * Returns the container's file roots: the missing lower directories, the bundle, and the root filesystem or
 * the upper directory when it is not in the bundle. All keep their paths on the destination.
 */
export const fileRoots = (plan: Plan): readonly FileRoot[] => {
  const { bundle } = plan.container;
  const { rootfs } = plan;
  const writable = rootfs.kind === 'overlay' ? rootfs.upper : rootfs.path;
  const excluded = rootfs.kind === 'overlay' ? [rootfs.work, rootfs.path, ...rootfs.lower] : [];
  const rootOf = (path: string, rest: Pick<FileRoot, 'exclude' | 'seen' | 'when'>): FileRoot => ({
    kind: 'tree',
    from: path,
    to: path,
    ...rest,
  });
  const excludeBelow = (root: string): readonly string[] =>
    excluded.filter((path) => isBelow(path, root)).map((path) => path.slice(root.length));
  const lower = plan.copyLower.map((path) => rootOf(path, { exclude: [], seen: undefined, when: 'first' }));
  // A root filesystem or upper directory below the bundle is synced together with it.
  const isOutsideBundle = !isBelow(writable, bundle);
  const bundleRoot = rootOf(bundle, {
    exclude: [...excludeBelow(bundle), `/${departureMarker.name}`],
    seen: isOutsideBundle ? undefined : { at: '/', below: writable.slice(bundle.length) },
    when: 'always',
  });
  const writableRoot = rootOf(writable, {
    exclude: excludeBelow(writable),
    seen: { at: '/', below: '' },
    when: 'always',
  });
  return [...lower, bundleRoot, ...(isOutsideBundle ? [writableRoot] : [])];
};

import type { FileRoot } from '../../engine/model/file-root.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { departureMarker } from './marker.ts';

const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/**
 * What makes up the container's files: lower directories that are missing, its bundle, and root filesystem or upper
 * directory where they lie elsewhere. On the destination they keep their paths.
 */
export const fileRoots = (plan: Plan): readonly FileRoot[] => {
  const { bundle } = plan.container;
  const { rootfs } = plan;
  const written = rootfs.kind === 'overlay' ? rootfs.upper : rootfs.path;
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
  // Where what was written lies below the bundle, it comes along with that.
  const apart = !isBelow(written, bundle);
  const ofBundle = rootOf(bundle, {
    exclude: [...excludeBelow(bundle), `/${departureMarker.name}`],
    seen: apart ? undefined : { at: '/', below: written.slice(bundle.length) },
    when: 'always',
  });
  const ofWritten = rootOf(written, {
    exclude: excludeBelow(written),
    seen: { at: '/', below: '' },
    when: 'always',
  });
  return [...lower, ofBundle, ...(apart ? [ofWritten] : [])];
};

import type { Plan } from '../../engine/model/plan.ts';

/** One directory to bring over, and what below it to leave out (anchored at it). */
export interface FileRoot {
  readonly path: string;
  readonly exclude: readonly string[];
}

const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

/** What makes up the container's files: its bundle, and root filesystem or upper directory where they lie elsewhere. */
export const fileRoots = (plan: Plan): readonly FileRoot[] => {
  const { bundle } = plan.container;
  const { rootfs } = plan;
  const written = rootfs.kind === 'overlay' ? rootfs.upper : rootfs.path;
  const excluded = rootfs.kind === 'overlay' ? [rootfs.work, rootfs.path, ...rootfs.lower] : [];
  const excludeBelow = (root: string): readonly string[] =>
    excluded.filter((path) => isBelow(path, root)).map((path) => path.slice(root.length));
  const roots = [bundle, ...(isBelow(written, bundle) ? [] : [written])];
  return roots.map((path) => ({
    path,
    exclude: [...excludeBelow(path), ...(path === bundle ? ['/.precopy-moved.json'] : [])],
  }));
};

/** Lower directories to bring over first, whole. */
export const lowerRoots = (plan: Plan): readonly FileRoot[] =>
  plan.copyLower.map((path) => ({ path, exclude: [] }));

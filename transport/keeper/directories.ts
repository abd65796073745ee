import type { ImageSet } from '../../engine/ports/pages.ts';

/** Where one migration keeps what on a host. The same on both. */
export const imagesOf = (directory: string, images: ImageSet): string => `${directory}/images/${images}`;
export const workOf = (directory: string, images: ImageSet | 'restore'): string =>
  `${directory}/work/${images}`;
/** criu wants the parent relative to the directory itself. */
export const parentOf = (parent: number | undefined): string => (parent === undefined ? '' : `../${parent}`);

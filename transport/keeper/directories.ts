import type { ImageSet } from '../../engine/ports/pages.ts';

/** The directories below a migration directory, which are the same on both hosts. */
export const imagesOf = (directory: string, images: ImageSet): string => `${directory}/images/${images}`;
export const workOf = (directory: string, images: ImageSet | 'restore'): string =>
  `${directory}/work/${images}`;
/** Returns the parent of a round relative to the images of the round, as criu expects. Empty without one. */
export const parentOf = (parent: number | undefined): string => (parent === undefined ? '' : `../${parent}`);

import { buildImage } from './build-image.ts';
import { isBeingBuilt, removeDeadBuilds, untilBuilt } from './building-directory.ts';
import { cacheDirectory, findImage, type Image, pruneImages, touchImage } from './cache.ts';
import { currentIdentity, imageKey } from './image-key.ts';
import type { Progress } from './progress.ts';
import type { Suite } from './recipe.ts';
import { buildNeeded, checkDisk } from './space.ts';
import { buildingTools, ensureTools } from './tools.ts';

/** The image of a suite's hosts: from the cache, or made now, which takes some minutes. */
export const provideImage = async (
  suite: Suite,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Image> => {
  const identity = await currentIdentity(suite);
  const key = imageKey(identity);
  await removeDeadBuilds();
  if ((await findImage(key)) === undefined && (await isBeingBuilt(key))) {
    progress('waiting for another process that is making the image');
    await untilBuilt(key, signal);
  }
  const image = (await findImage(key)) ?? (await make());
  await touchImage(image);
  return image;

  async function make(): Promise<Image> {
    await ensureTools(buildingTools, progress, signal);
    await checkDisk(cacheDirectory(), buildNeeded);
    progress(`making the image of Debian ${suite} hosts, once for this recipe: ${cacheDirectory()}/${key}`);
    const made = await buildImage(identity, progress, signal);
    await touchImage(made);
    const removed = await pruneImages();
    if (removed > 0) progress(`removed ${removed} older image${removed === 1 ? '' : 's'}`);
    return made;
  }
};

import type { MemoryFacts } from '../../model/facts.ts';
import { type Bytes, bytes } from '../../model/units.ts';
import { unreachableMemory } from './costs.ts';

/**
 * Round 0 brings one copy of memory, later rounds add what was dirtied meanwhile. Half a copy for those is an estimate:
 * where each round sends most of the memory again, `growing` and `stalled` end the rounds early.
 */
const COPIES = 1.5;
/** Everything that is not memory: files, mounts, logs, statistics. */
const OTHER_IMAGES = 16 * 1024 ** 2;

/** Room for images that the destination should have. */
export const imagesNeeded = (memory: MemoryFacts): Bytes =>
  bytes(Math.ceil(memory.resident * COPIES) + unreachableMemory(memory) + OTHER_IMAGES);

/** Most that the source will need: memory goes straight to the destination, only archives of tmpfs lie here. */
export const sourceImagesNeeded = (memory: MemoryFacts): Bytes =>
  bytes(memory.tmpfs.reduce((sum, mount) => sum + mount.size, OTHER_IMAGES));

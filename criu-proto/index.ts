export { openChain, type Round } from './chain.ts';
export type { ConfinedMount, Confinement, IdRange, NamespaceKind } from './confinement.ts';
export { critJson } from './crit-json.ts';
export type { Entry, Range } from './cursor.ts';
export { type Difference, diffImages, firstDifference } from './diff.ts';
export type { DirectoryEntry, ImageDirectory } from './directory.ts';
export { DecodeError } from './errors.ts';
export { type Heat, type MappingHeat, memoryHeat, type RoundHeat } from './heat.ts';
export { decodeImage, encodeImage, type Image } from './image.ts';
export { type ImageType, imageTypes } from './image-types.ts';
export { type Limits, limits } from './limits.ts';
export { localDirectory } from './local-directory.ts';
export type { Message, Value } from './message.ts';
export { describeName, type Named, type RawImage } from './names.ts';
export { decodePagemap, type Pagemap, type PagemapEntry } from './pagemap.ts';
export { PAGE, type PagePlace, type PlacedEntry, pageFinder, placeEntries } from './pages.ts';
export type { Payload, QueuedMessage } from './payload.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { fileOf } from './round-files.ts';
export { type CriuDumpStats, type CriuRestoreStats, type CriuStats, decodeStats } from './stats.ts';
export { type ByteSource, loadImage, streamEntries } from './stream.ts';
export { streamJson } from './stream-json.ts';
export {
  type MappingSummary,
  type MountSummary,
  type ProcessSummary,
  type Summary,
  summarizeCheckpoint,
} from './summary.ts';
export { type FileSummary, isSocket } from './summary-files.ts';
export { type Verification, verifyCheckpoint } from './verify.ts';

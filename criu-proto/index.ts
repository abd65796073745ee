export { openChain, type Round } from './chain/chain.ts';
export type { DirectoryEntry, ImageDirectory } from './chain/directory.ts';
export { localDirectory } from './chain/local-directory.ts';
export { decodePagemap, type Pagemap, type PagemapEntry } from './chain/pagemap.ts';
export { PAGE, type PagePlace, type PlacedEntry, pageFinder, placeEntries } from './chain/pages.ts';
export { fileOf } from './chain/round-files.ts';
export type { Entry, Range } from './format/cursor.ts';
export { decodeImage, encodeImage, type Image } from './format/image.ts';
export { type ImageType, imageTypes } from './format/image-types.ts';
export { describeName, type Named, type RawImage } from './format/names.ts';
export type { Payload, QueuedMessage } from './format/payload.ts';
export { type CriuDumpStats, type CriuRestoreStats, type CriuStats, decodeStats } from './format/stats.ts';
export { type ByteSource, loadImage, streamEntries } from './format/stream.ts';
export { DecodeError } from './protobuf/errors.ts';
export { type Limits, limits } from './protobuf/limits.ts';
export type { Message, Value } from './protobuf/message.ts';
export { critJson } from './show/crit-json.ts';
export { type Difference, diffImages, firstDifference } from './show/diff.ts';
export { type Heat, type MappingHeat, memoryHeat, type RoundHeat } from './show/heat.ts';
export { streamJson } from './show/stream-json.ts';
export {
  type MappingSummary,
  type MountSummary,
  type ProcessSummary,
  type Summary,
  summarizeCheckpoint,
} from './show/summary.ts';
export { type FileSummary, isSocket } from './show/summary-files.ts';
export type { ConfinedMount, Confinement, IdRange, NamespaceKind } from './verify/confinement.ts';
export type { Problem, ProblemCode } from './verify/problems.ts';
export type { VerifiedRound } from './verify/round.ts';
export {
  type RoundsVerification,
  type Verification,
  verifyCheckpoint,
  verifyPreDump,
} from './verify/verify.ts';

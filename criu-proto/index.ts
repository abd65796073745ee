export { DecodeError } from './errors.ts';
export { decodePagemap, type Pagemap, type PagemapEntry } from './pagemap.ts';
export { type CriuDumpStats, type CriuRestoreStats, type CriuStats, decodeStats } from './stats.ts';

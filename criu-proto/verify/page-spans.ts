import type { Span } from '../chain/page-runs.ts';
import { PAGE } from '../chain/pages.ts';
import { mappingOf, vmasIn } from '../chain/tasks.ts';
import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { describeName } from '../format/names.ts';
import { bigIn, messageIn, numberIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import { messagesOf } from './references.ts';

type Images = ReadonlyMap<string, Image<Range>>;

/** The number of a pagemap, and how far from its beginning pages may lie. */
type Segment = readonly [id: string, size: bigint];

const segmentsOf = (type: string, message: Message): readonly Segment[] => {
  switch (type) {
    case 'MM':
      return vmasIn(message)
        .map(mappingOf)
        .filter(({ kind }) => kind === 'shared' || kind === 'system-v')
        .map(({ id, offset, start, end }) => [String(id), offset + end - start]);
    case 'MEMFD_INODE':
      return [[String(numberIn(message, 'shmid')), bigIn(message, 'size') ?? 0n]];
    case 'IPCNS_SHM':
      return [[String(numberIn(messageIn(message, 'desc') ?? {}, 'id')), bigIn(message, 'size') ?? 0n]];
    default:
      return [];
  }
};

const largest = (segments: readonly Segment[]): ReadonlyMap<string, bigint> => {
  const sizes = new Map<string, bigint>();
  for (const [id, size] of segments) if (size > (sizes.get(id) ?? -1n)) sizes.set(id, size);
  return sizes;
};

/** A size in bytes, rounded up to whole pages. */
const wholePages = (size: bigint): bigint => ((size + BigInt(PAGE) - 1n) / BigInt(PAGE)) * BigInt(PAGE);

/** Where the pages of each pagemap may be, by what the newest round says; `undefined` where nothing says so. */
export const pageSpans = (images: Images): ((pagemap: string) => readonly Span[] | undefined) => {
  const sizes = largest(
    [...images.values()].flatMap(({ type, entries }) =>
      entries.flatMap(({ message }) => segmentsOf(type.name, message)),
    ),
  );
  return (pagemap) => {
    const named = describeName(pagemap);
    const id = named?.kind === 'image' ? named.id : undefined;
    if (id === undefined) return undefined;
    if (pagemap.startsWith('pagemap-shmem-')) {
      const size = sizes.get(id);
      return size === undefined ? undefined : [{ start: 0n, end: wholePages(size) }];
    }
    const [mm] = messagesOf(images, `mm-${id}.img`);
    return mm === undefined ? undefined : vmasIn(mm).map(mappingOf);
  };
};

import { rm, truncate } from 'node:fs/promises';
import type { Message } from '../../../../criu-proto/index.ts';
import { isList, isMessage } from '../../../../criu-proto/protobuf/message.ts';
import { forge, set } from '../forge.ts';
import type { Case } from './case.ts';

const pagemap = (at: number, fields: Message): Case['tamper'] => set('pagemap-1.img', fields, at);

const mapping = (fields: Message): Case['tamper'] =>
  forge('mm-1.img', (all) =>
    all.map((mm) => {
      const vmas = mm['vmas'];
      const [first, ...rest] = isList(vmas) ? vmas.filter(isMessage) : [];
      return { ...mm, vmas: [{ ...first, ...fields }, ...rest] };
    }),
  );

export const memory: readonly Case[] = [
  {
    name: 'pages outside of every mapping',
    reason: /pagemap-1\.img: the pages from 0x7ffffffff000 to 0x800000000000 are in no mapping/,
    tamper: forge('pagemap-1.img', (all) =>
      all.map((each, index) =>
        index === all.length - 1 ? { ...each, vaddr: 0x7ffffffff000n, compat_nr_pages: 1 } : each,
      ),
    ),
  },
  {
    name: 'pages that overlap',
    reason: /pagemap-1\.img: the entry from .* overlaps or precedes the one before it/,
    tamper: forge('pagemap-1.img', (all) => [...all.slice(0, 2), ...all.slice(1)]),
  },
  {
    name: 'pages out of order',
    reason: /pagemap-1\.img: the entry from 0x1000 .* overlaps or precedes/,
    tamper: pagemap(3, { vaddr: 0x1000n }),
  },
  {
    name: 'more pages than there are addresses',
    reason: /pagemap-1\.img: an entry from 0x[0-9a-f]+ to 0x1[0-9a-f]{15,}/,
    tamper: pagemap(1, { nr_pages: 2n ** 60n }),
  },
  {
    name: 'pages beyond the end of their image',
    reason: /pagemap-1\.img: pages-1\.img has \d+ bytes, not \d+/,
    tamper: ({ final }) => truncate(`${final}/pages-1.img`, 4096),
  },
  {
    name: 'the pages of another process',
    reason: /pagemap-1\.img: pages-2\.img has \d+ bytes, not \d+/,
    tamper: set('pagemap-1.img', { pages_id: 2 }, 0),
  },
  {
    name: 'a run of no pages',
    reason: /pagemap-1\.img: an entry without pages/,
    tamper: pagemap(1, { compat_nr_pages: 0 }),
  },
  {
    name: 'pages at an address that is not aligned',
    reason: /pagemap-1\.img: an entry at 0x[0-9a-f]+1, where no page begins/,
    tamper: forge('pagemap-1.img', (all) =>
      all.map((each, index) =>
        index === 1 && typeof each['vaddr'] === 'bigint' ? { ...each, vaddr: each['vaddr'] + 1n } : each,
      ),
    ),
  },
  {
    name: 'pages that are in this round and in an earlier one',
    reason: /pagemap-1\.img: the entry from .* is here and the parent's/,
    tamper: pagemap(1, { flags: 5 }),
  },
  {
    name: 'pages that are in no round',
    reason: /pagemap-1\.img: the pages from .* are nowhere/,
    tamper: pagemap(1, { flags: 0 }),
  },
  {
    name: 'no image of pages',
    reason: /pagemap-1\.img: pages-1\.img is missing, with \d+ bytes/,
    tamper: ({ final }) => rm(`${final}/pages-1.img`),
  },
  {
    name: 'pages of a round that is not there',
    reason: /are the parent's, and the parent has no such pagemap/,
    tamper: pagemap(1, { flags: 1 }),
  },
  {
    name: 'a mapping of nothing',
    reason: /mm-1\.img: the mapping at 0x[0-9a-f]+ is out of order or empty/,
    tamper: mapping({ end: 0n }),
  },
  {
    name: 'a mapping at an address that is not aligned',
    reason: /mm-1\.img: the mapping at 0x401001 is where none can be/,
    tamper: mapping({ start: 0x401001n, end: 0x402000n }),
  },
  {
    name: 'a mapping into a file at an offset that is not aligned',
    reason: /mm-1\.img: the mapping at 0x[0-9a-f]+ is where none can be/,
    tamper: mapping({ pgoff: 2n ** 64n - 1n }),
  },
];

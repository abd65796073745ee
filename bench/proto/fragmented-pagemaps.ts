import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeImage, imageTypes, type Message } from '../../criu-proto/index.ts';
import { messageType } from '../../criu-proto/schema.ts';

const PAGE = 4096;

/** What a process's memory looks like to criu. */
export interface Fragmentation {
  readonly bytes: number;
  readonly entries: number;
  /** The form of the entries: before criu 4.2, or since. */
  readonly form: 'old' | 'new';
}

const entryMessages = ({ bytes, entries, form }: Fragmentation): readonly Message[] => {
  const perEntry = Math.floor(bytes / PAGE / entries);
  let address = 0x7f0000000000n;
  return Array.from({ length: entries }, (_, index) => {
    // Runs of different lengths, with a page between them that is zero.
    const pages = perEntry - 4 + (index % 9);
    const vaddr = address;
    address += BigInt((pages + 1) * PAGE);
    // Every third is as in a later round: the parent's.
    const flags = index % 3 === 2 ? 1 : 6;
    return form === 'old'
      ? { vaddr, compat_nr_pages: pages, flags }
      : { vaddr, compat_nr_pages: 0, flags, nr_pages: BigInt(pages) };
  });
};

const pagemapImage = (fragmentation: Fragmentation, pagesId: number): Uint8Array => {
  const type = imageTypes.find(({ name }) => name === 'PAGEMAP');
  if (type === undefined) throw new Error('no type PAGEMAP');
  const head = { offset: 0, type: messageType('pagemap_head'), message: { pages_id: pagesId } };
  const entry = messageType('pagemap_entry');
  const entries = entryMessages(fragmentation).map((message) => ({ offset: 0, type: entry, message }));
  return encodeImage({ type, entries: [head, ...entries] });
};

/** Writes a pagemap of each form to a directory; returns their names. */
export const writeFragmentedPagemaps = async (
  directory: string,
  fragmentation: Omit<Fragmentation, 'form'>,
): Promise<readonly string[]> => {
  await mkdir(directory, { recursive: true });
  const names: string[] = [];
  for (const [index, form] of (['old', 'new'] as const).entries()) {
    const name = `pagemap-${index + 1}.img`;
    await writeFile(join(directory, name), pagemapImage({ ...fragmentation, form }, index + 1));
    names.push(name);
  }
  return names;
};

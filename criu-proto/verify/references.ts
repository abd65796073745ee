import type { Round } from '../chain/chain.ts';
import { filesById, isConnectedTcp, type OpenFile } from '../chain/open-files.ts';
import { coverBy, pageOf, runsOf, type Span } from '../chain/page-runs.ts';
import { guardAreasIn, isZombie, mappingOf, vmasIn } from '../chain/tasks.ts';
import type { Range } from '../format/cursor.ts';
import type { Image } from '../format/image.ts';
import { bigIn, listIn, messageIn, numberIn, numbersIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import type { Problems } from './problems.ts';

/** The images of the newest round, and what is asked of them again and again. */
export interface Contents {
  readonly round: Round;
  readonly images: ReadonlyMap<string, Image<Range>>;
  readonly files: ReadonlyMap<number, OpenFile>;
}

export const messagesOf = (images: ReadonlyMap<string, Image<Range>>, name: string): readonly Message[] =>
  images.get(name)?.entries.map(({ message }) => message) ?? [];

export const contentsOf = (round: Round, images: ReadonlyMap<string, Image<Range>>): Contents => ({
  round,
  images,
  files: filesById(messagesOf(images, 'files.img')),
});

type Need = (name: string, because: string) => void;

const needing =
  ({ round }: Contents, problems: Problems): Need =>
  (name, because) => {
    if (round.files.get(name)?.kind !== 'file') problems.add('missing', name, `is missing: ${because}`);
  };

/** Bits of `vma_entry.status` for mappings of files of files.img. */
const OF_FILE = 0x40 | 0x80;

const PAGE = 4096n;
/** Of a processor with five levels of page tables. */
const HIGHEST = 1n << 56n;

/** The bit of the kernel's own mapping, above all others. */
const VSYSCALL = 0x4;

/** Files of one process: its threads, its memory, its descriptors. */
const verifyProcess = (contents: Contents, entry: Message, need: Need, problems: Problems): void => {
  const { images } = contents;
  const pid = numberIn(entry, 'pid') ?? 0;
  const because = `process ${pid} is in pstree.img`;
  need(`core-${pid}.img`, because);
  const [core] = messagesOf(images, `core-${pid}.img`);
  // Nothing else is left of a zombie, and the ids of its threads are no ids.
  if (core === undefined || isZombie(core)) return;
  for (const thread of numbersIn(entry, 'threads')) need(`core-${thread}.img`, because);
  for (const kind of ['mm', 'pagemap', 'fs', 'ids']) need(`${kind}-${pid}.img`, because);
  const [ids] = messagesOf(images, `ids-${pid}.img`);
  if (ids !== undefined) need(`fdinfo-${numberIn(ids, 'files_id')}.img`, because);
  verifyMemoryFiles(contents, pid, problems);
};

const verifyMemoryFiles = ({ images, files }: Contents, pid: number, problems: Problems): void => {
  const [mm] = messagesOf(images, `mm-${pid}.img`);
  if (mm === undefined) return;
  const name = `mm-${pid}.img`;
  const program = numberIn(mm, 'exe_file_id') ?? 0;
  if (!files.has(program)) problems.add('missing', name, `its program, file ${program}, is not in files.img`);
  let previous = 0n;
  for (const vma of vmasIn(mm)) {
    const problem = mappingProblem(vma, previous);
    problems.add('pages', name, problem);
    if (problem !== undefined) return;
    previous = bigIn(vma, 'end') ?? 0n;
    const file = Number(bigIn(vma, 'shmid') ?? 0n);
    if (((numberIn(vma, 'status') ?? 0) & OF_FILE) !== 0 && !files.has(file)) {
      problems.add('missing', name, `file ${file}, which is mapped, is not in files.img`);
    }
  }
  problems.add('pages', name, guardProblem(guardAreasIn(mm), vmasIn(mm).map(mappingOf)));
};

/** Mappings ascend, and are where a task can have them. */
const mappingProblem = (vma: Message, previous: bigint): string | undefined => {
  const [start = 0n, end = 0n, offset = 0n] = [bigIn(vma, 'start'), bigIn(vma, 'end'), bigIn(vma, 'pgoff')];
  const where = `the mapping at 0x${start.toString(16)}`;
  if (start < previous || end <= start) return `${where} is out of order or empty`;
  const isKernels = ((numberIn(vma, 'status') ?? 0) & VSYSCALL) !== 0;
  const fits = (start | end | offset) % PAGE === 0n && (end <= HIGHEST || isKernels);
  return fits ? undefined : `${where} is where none can be`;
};

/** Guard areas are whole pages of mappings: criu marks them within what it has mapped. */
const guardProblem = (areas: readonly Span[], mappings: readonly Span[]): string | undefined => {
  const covers = coverBy(runsOf(mappings));
  const stray = areas.find(
    ({ start, end }) =>
      end <= start || (start | end) % PAGE !== 0n || covers(pageOf(start), pageOf(end)) !== undefined,
  );
  return stray && `the guard area at 0x${stray.start.toString(16)} is in no mapping, or not of whole pages`;
};

/** The files of files.img that a message of another image leads to. */
const filesReferredTo = (type: string, message: Message): readonly (number | undefined)[] => {
  if (type === 'FDINFO') return [numberIn(message, 'id')];
  return type === 'FS' ? [numberIn(message, 'cwd_id'), numberIn(message, 'root_id')] : [];
};

/** Every descriptor and folder leads to a file of files.img. */
const verifyDescriptors = ({ images, files }: Contents, problems: Problems): void => {
  for (const [name, { type, entries }] of images) {
    const ids = entries.flatMap(({ message }) => filesReferredTo(type.name, message));
    for (const id of ids) {
      if (id !== undefined && !files.has(id)) problems.add('missing', name, `file ${id} is not in files.img`);
    }
  }
};

/** What is open without a path, and what was on its way, is in files of its own. */
const verifyRemains = (contents: Contents, need: Need, problems: Problems): void => {
  const { images, files } = contents;
  for (const remap of messagesOf(images, 'remap-fpath.img')) {
    const to = numberIn(remap, 'remap_id') ?? 0;
    const type = textIn(remap, 'remap_type') ?? 'LINKED';
    if (type === 'GHOST') need(`ghost-file-${to.toString(16)}.img`, 'remap-fpath.img leads to it');
    if (type === 'LINKED' && !files.has(to)) {
      problems.add('missing', 'remap-fpath.img', `file ${to} is not in files.img`);
    }
  }
  const [inventory] = messagesOf(images, 'inventory.img');
  const closed = inventory?.['tcp_close'] === true;
  for (const file of files.values()) {
    if (isConnectedTcp(file) && !closed) {
      need(
        `tcp-stream-${(numberIn(file.detail, 'ino') ?? 0).toString(16)}.img`,
        `socket ${file.id} is connected`,
      );
    }
    if (file.type === 'MEMFD') verifyMemfd(contents, file, problems);
  }
};

const verifyMemfd = ({ images }: Contents, file: OpenFile, problems: Problems): void => {
  const inode = numberIn(file.detail, 'inode_id');
  const known = messagesOf(images, 'memfd.img').some(
    (message) => Number(bigIn(message, 'inode_id') ?? -1n) === inode,
  );
  if (!known) problems.add('missing', 'files.img', `inode ${inode} of file ${file.id} is not in memfd.img`);
};

const namespaceImages = [
  ['uts_ns_id', 'utsns'],
  ['ipc_ns_id', 'ipcns-var'],
  ['mnt_ns_id', 'mountpoints'],
  ['user_ns_id', 'userns'],
  ['time_ns_id', 'timens'],
] as const;

/**
 * A namespace that is not the one criu was in was dumped. That of the network is left out: where the runtime provides it,
 * nothing of it is in the images.
 */
const verifyNamespaces = ({ images }: Contents, need: Need): void => {
  const [inventory] = messagesOf(images, 'inventory.img');
  const outside = messageIn(inventory ?? {}, 'root_ids');
  if (outside === undefined) return;
  for (const [name, image] of images) {
    const [ids] = image.type.name === 'IDS' ? image.entries : [];
    if (ids === undefined) continue;
    for (const [field, stem] of namespaceImages) {
      const id = numberIn(ids.message, field);
      const own = id !== undefined && id !== 0 && id !== numberIn(outside, field);
      if (own) need(`${stem}-${id}.img`, `${name} has a namespace of that number`);
    }
  }
};

/** Filters refer to each other by index, tasks to them. */
const verifyFilters = ({ images }: Contents, problems: Problems): void => {
  const filters = messagesOf(images, 'seccomp.img').flatMap((all) => listIn(all, 'seccomp_filters')).length;
  for (const [name, image] of images) {
    const [core] = image.type.name === 'CORE' ? image.entries : [];
    const filter = numberIn(messageIn(core?.message ?? {}, 'thread_core') ?? {}, 'seccomp_filter');
    if (filter !== undefined && filter >= filters) {
      problems.add('missing', name, `seccomp filter ${filter} is not in seccomp.img`);
    }
  }
};

/** Everything that one image of the newest round says of another. */
export const verifyReferences = (contents: Contents, problems: Problems): void => {
  const need = needing(contents, problems);
  need('inventory.img', 'every dump has one');
  const tree = messagesOf(contents.images, 'pstree.img');
  for (const entry of tree) verifyProcess(contents, entry, need, problems);
  verifyDescriptors(contents, problems);
  verifyRemains(contents, need, problems);
  verifyNamespaces(contents, need);
  verifyFilters(contents, problems);
};

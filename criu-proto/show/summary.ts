import { openChain, type Round } from '../chain/chain.ts';
import type { ImageDirectory } from '../chain/directory.ts';
import { filesById, type OpenFile } from '../chain/open-files.ts';
import { presentPages } from '../chain/pages.ts';
import { fileOf, imageOf, pagemapIn } from '../chain/round-files.ts';
import { type Process, processesIn } from '../chain/tasks.ts';
import { type CriuStats, decodeStats } from '../format/stats.ts';
import { messageIn, numberIn, textIn } from '../protobuf/fields.ts';
import type { Message } from '../protobuf/message.ts';
import { mappingName } from './heat.ts';
import { describeFile, type FileSummary } from './summary-files.ts';

export interface MappingSummary {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: string;
  readonly access: string;
  readonly name: string;
}

export interface ProcessSummary {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly state: string;
  readonly threads: number;
  /** Effective. */
  readonly uid: number | undefined;
  /** Pages in this round, and those that its parents hold. */
  readonly pages: bigint;
  readonly parentPages: bigint;
  readonly mappings: readonly MappingSummary[];
  /** Descriptors and what they lead to. */
  readonly files: readonly { readonly fd: number; readonly id: number }[];
}

export interface MountSummary {
  readonly mountpoint: string;
  readonly type: string;
  readonly source: string;
  /** Restore is given it from outside. */
  readonly external: boolean;
}

export interface Summary {
  readonly rounds: number;
  /** Of the images; 0 of a pre-dump. */
  readonly imageVersion: number;
  readonly processes: readonly ProcessSummary[];
  readonly files: readonly FileSummary[];
  readonly mounts: readonly MountSummary[];
  readonly stats: CriuStats;
}

const messagesIn = async (round: Round, name: string): Promise<readonly Message[]> =>
  (await imageOf(round, name))?.entries.map(({ message }) => message) ?? [];

const userOf = ({ core }: Process): number | undefined =>
  numberIn(messageIn(messageIn(core, 'thread_core') ?? {}, 'creds') ?? {}, 'euid');

const pagesOf = async (round: Round, pid: number): Promise<{ pages: bigint; parentPages: bigint }> => {
  const pagemap = await pagemapIn(round, `pagemap-${pid}.img`);
  const inParent = pagemap?.entries.filter((entry) => entry.inParent) ?? [];
  return {
    pages: pagemap === undefined ? 0n : presentPages(pagemap),
    parentPages: inParent.reduce((sum, { pages }) => sum + pages, 0n),
  };
};

const summarize = async (
  round: Round,
  process: Process,
  files: ReadonlyMap<number, OpenFile>,
): Promise<ProcessSummary> => {
  const { pid, parent, command, state, threads, ids, mappings } = process;
  const descriptors = await messagesIn(round, `fdinfo-${numberIn(ids, 'files_id')}.img`);
  return {
    pid,
    parent,
    command,
    state,
    threads: state === 'zombie' ? 0 : threads.length,
    uid: userOf(process),
    ...(await pagesOf(round, pid)),
    mappings: mappings.map((mapping) => ({
      start: mapping.start,
      end: mapping.end,
      kind: mapping.kind,
      access: mapping.access,
      name: mappingName(mapping, files),
    })),
    files: descriptors.map((descriptor) => ({
      fd: numberIn(descriptor, 'fd') ?? 0,
      id: numberIn(descriptor, 'id') ?? 0,
    })),
  };
};

const mountsIn = async (round: Round): Promise<readonly MountSummary[]> => {
  const names = [...round.files.keys()].filter((name) => /^mountpoints-\d+\.img$/.test(name));
  const messages = (await Promise.all(names.map((name) => messagesIn(round, name)))).flat();
  return messages.map((mount) => ({
    mountpoint: textIn(mount, 'mountpoint') ?? '',
    type: textIn(mount, 'fsname') ?? mountTypes[numberIn(mount, 'fstype') ?? 0] ?? 'other',
    source: textIn(mount, 'source') ?? '',
    external: mount['ext_mount'] === true || textIn(mount, 'ext_key') !== undefined,
  }));
};

/** As `fstype` numbers them. */
const mountTypes: Readonly<Record<number, string>> = {
  1: 'proc',
  2: 'sysfs',
  3: 'devtmpfs',
  4: 'binfmt_misc',
  5: 'tmpfs',
  6: 'devpts',
  8: 'pstore',
  9: 'securityfs',
  10: 'fusectl',
  11: 'debugfs',
  12: 'cgroup',
  13: 'aufs',
  14: 'mqueue',
  15: 'fuse',
  17: 'overlay',
  18: 'autofs',
  19: 'tracefs',
  23: 'cgroup2',
};

const statsIn = async (round: Round): Promise<CriuStats> => {
  const source = fileOf(round, 'stats-dump');
  return source === undefined ? {} : decodeStats(source.name, await source.read(0, source.size));
};

/** What one wants to know of a checkpoint. Throws `DecodeError`. */
export const summarizeCheckpoint = async (directory: ImageDirectory): Promise<Summary> => {
  const rounds = await openChain(directory);
  const [newest] = rounds;
  const entries = await messagesIn(newest, 'files.img');
  const files = filesById(entries);
  const [inventory] = await messagesIn(newest, 'inventory.img');
  const processes: ProcessSummary[] = [];
  for (const process of await processesIn(newest)) processes.push(await summarize(newest, process, files));
  const packets = await messagesIn(newest, 'sk-queues.img');
  const queued = new Map<number, number>();
  for (const packet of packets) {
    const socket = numberIn(packet, 'id_for') ?? 0;
    queued.set(socket, (queued.get(socket) ?? 0) + (numberIn(packet, 'length') ?? 0));
  }
  return {
    rounds: rounds.length,
    imageVersion: numberIn(inventory ?? {}, 'img_version') ?? 0,
    processes,
    files: [...files.values()].map((file) => describeFile(file, queued)),
    mounts: await mountsIn(newest),
    stats: await statsIn(newest),
  };
};

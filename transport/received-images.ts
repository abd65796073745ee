import { posix } from 'node:path';
import type { DirectoryEntry, ImageDirectory } from '../criu-proto/index.ts';
import { InvalidInput } from '../engine/model/errors.ts';
import type { Host } from '../engine/ports.ts';
import { scriptArgv } from './script.ts';

/** Larger files are read by parts: most of one is never looked at. */
const MOST = 4 * 1024 ** 2;

interface Received extends DirectoryEntry {
  readonly content: Uint8Array | undefined;
}

interface ReceivedImages {
  readonly open: (relative: string) => ImageDirectory;
  /** What the container will be restored with. */
  readonly config: string;
}

/** The directories of images of a migration on a host, and a file beside them, by one command but for what is large. */
export const receivedImages = async (
  host: Host,
  directory: string,
  configuration: string,
  signal?: AbortSignal,
): Promise<ReceivedImages> => {
  const root = `${directory}/images`;
  const argv = scriptArgv('received-images', directory, configuration, String(MOST));
  const { stdout } = await host.run({ argv }, signal);
  const [listed = '', contents = '', config = ''] = stdout
    .split('\n')
    .map((line) => Buffer.from(line, 'base64'));
  const files = withContents(entriesOf(String(listed)), Buffer.from(contents));
  const open = (path: string): ImageDirectory => ({
    path,
    list: async () => {
      const entries = [...files].filter(([each]) => posix.dirname(each) === path);
      // What leads to a directory is none.
      if (files.get(path)?.kind !== 'directory') {
        throw new InvalidInput(`there is no ${path} among the images on ${host.name}`);
      }
      return entries.map(([, { content: _, ...entry }]) => entry);
    },
    read: async (name, offset, length) => {
      const file = files.get(posix.join(path, name));
      if (file?.kind !== 'file') throw new InvalidInput(`${path}/${name} on ${host.name} is no file`);
      return (
        file.content?.subarray(offset, offset + length) ??
        readPart(host, posix.join(root, path, name), offset, length, signal)
      );
    },
    at: (relative) => open(posix.normalize(posix.join(path, relative)).replace(/\/$/, '')),
  });
  return { open, config: String(config) };
};

const kinds: Readonly<Record<string, DirectoryEntry['kind']>> = { f: 'file', d: 'directory', l: 'link' };

const entriesOf = (listed: string): ReadonlyMap<string, DirectoryEntry> => {
  const fields = listed.split('\0');
  const entries = new Map<string, DirectoryEntry>();
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [path = '', type = '', size = '', target = '', links = ''] = fields.slice(at, at + 5);
    // A file with another name may lie elsewhere, and be changed there.
    const kind = type === 'f' && links !== '1' ? 'other' : (kinds[type] ?? 'other');
    const link = kind === 'link' ? { target } : {};
    entries.set(path, { name: posix.basename(path), kind, size: Number(size), ...link });
  }
  return entries;
};

/** The contents lie one after the other, in the order of the paths' bytes. */
const withContents = (
  entries: ReadonlyMap<string, DirectoryEntry>,
  contents: Uint8Array,
): ReadonlyMap<string, Received> => {
  let offset = 0;
  const sorted = [...entries].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return new Map(
    sorted.map(([path, entry]) => {
      const sent = entry.kind === 'file' && entry.size <= MOST && !entry.name.startsWith('pages-');
      const content = sent ? contents.subarray(offset, offset + entry.size) : undefined;
      if (sent) offset += entry.size;
      return [path, { ...entry, content }];
    }),
  );
};

const part = 'tail -c "+$(($2 + 1))" -- "$1" | head -c "$3" | base64 -w 0';

const readPart = async (
  host: Host,
  path: string,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const argv = ['sh', '-c', part, 'sh', path, String(offset), String(length)] as const;
  return Buffer.from((await host.run({ argv }, signal)).stdout, 'base64');
};

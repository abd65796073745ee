import { posix } from 'node:path';
import type { DirectoryEntry, ImageDirectory } from '../../criu-proto/index.ts';
import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

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

/** A reader of images that waits until they are there. */
interface ParkedImages {
  /** Once. */
  read(): Promise<ReceivedImages>;
  /** After `read`: from now on they may be restored from. */
  noteVerified(): Promise<void>;
  discard(): Promise<void>;
}

/** The directories of images of a migration on a host, and a file beside them, by one command but for what is large. */
export const parkImages = async (
  host: Host,
  directory: string,
  configuration: string,
): Promise<ParkedImages> => {
  const argv = scriptArgv('received-images', directory, configuration, String(MOST));
  const reader = await host.start({ argv });
  const failed = async (): Promise<Error> => {
    const { exitCode, stderr } = await reader.exit;
    return new CommandFailed({ host: host.name, argv: ['received-images'], exitCode, stderr });
  };
  const encoded: string[] = [];
  const seen = followMilestones(reader, ['ready', 'sent', 'noted'], failed, (line) => encoded.push(line));
  await seen.reached('ready');
  return {
    read: async () => {
      reader.write('send\n');
      await seen.reached('sent');
      return imagesIn(host, `${directory}/images`, Buffer.from(encoded.join(''), 'base64'));
    },
    noteVerified: async () => {
      reader.write('verified\n');
      await seen.reached('noted');
    },
    discard: async () => {
      reader.endInput();
      await reader.exit;
    },
  };
};

const imagesIn = (host: Host, root: string, sent: Buffer): ReceivedImages => {
  const { entries, end } = entriesIn(sent);
  const { files, rest } = withContents(entries, sent.subarray(end));
  const open = (path: string): ImageDirectory => ({
    path,
    list: async () => {
      const inside = [...files].filter(([each]) => posix.dirname(each) === path);
      // What leads to a directory is none.
      if (files.get(path)?.kind !== 'directory') {
        throw new InvalidInput(`there is no ${path} among the images on ${host.name}`);
      }
      return inside.map(([, { content: _, ...entry }]) => entry);
    },
    read: async (name, offset, length) => {
      const file = files.get(posix.join(path, name));
      if (file?.kind !== 'file') throw new InvalidInput(`${path}/${name} on ${host.name} is no file`);
      return (
        file.content?.subarray(offset, offset + length) ??
        readPart(host, posix.join(root, path, name), offset, length)
      );
    },
    at: (relative) => open(posix.normalize(posix.join(path, relative)).replace(/\/$/, '')),
  });
  return { open, config: String(rest) };
};

const kinds: Readonly<Record<string, DirectoryEntry['kind']>> = { f: 'file', d: 'directory', l: 'link' };

interface Listed {
  readonly entries: ReadonlyMap<string, DirectoryEntry>;
  /** Where it ends. */
  readonly end: number;
}

const entriesIn = (sent: Buffer): Listed => {
  const entries = new Map<string, DirectoryEntry>();
  let at = 0;
  const field = (): string => {
    const end = sent.indexOf(0, at);
    if (end < 0) throw new InvalidInput('the list of images has no end');
    const text = sent.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  for (let path = field(); path !== ''; path = field()) {
    const [type, size, target, links] = [field(), field(), field(), field()];
    // A file with another name may lie elsewhere, and be changed there.
    const kind = type === 'f' && links !== '1' ? 'other' : (kinds[type] ?? 'other');
    const link = kind === 'link' ? { target } : {};
    entries.set(path, { name: posix.basename(path), kind, size: Number(size), ...link });
  }
  return { entries, end: at };
};

/** The contents lie one after the other, in the order of the paths' bytes. */
const withContents = (
  entries: ReadonlyMap<string, DirectoryEntry>,
  contents: Buffer,
): { readonly files: ReadonlyMap<string, Received>; readonly rest: Buffer } => {
  let offset = 0;
  const sorted = [...entries].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const files = new Map(
    sorted.map(([path, entry]) => {
      const sent = entry.kind === 'file' && entry.size <= MOST && !entry.name.startsWith('pages-');
      const content = sent ? contents.subarray(offset, offset + entry.size) : undefined;
      if (sent) offset += entry.size;
      return [path, { ...entry, content }];
    }),
  );
  return { files, rest: contents.subarray(offset) };
};

const part = 'tail -c "+$(($2 + 1))" -- "$1" | head -c "$3" | base64 -w 0';

const readPart = async (host: Host, path: string, offset: number, length: number): Promise<Uint8Array> => {
  const argv = ['sh', '-c', part, 'sh', path, String(offset), String(length)] as const;
  return Buffer.from((await host.run({ argv })).stdout, 'base64');
};

import { posix } from 'node:path';
import type { DirectoryEntry, ImageDirectory } from '../../criu-proto/index.ts';
import { CommandFailed, InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

/** Bytes. Larger files are read by parts on demand, because most of such a file is never needed. */
const MAX_SENT_SIZE = 4 * 1024 ** 2;

interface ReceivedEntry extends DirectoryEntry {
  /** `undefined` when the content was not sent and has to be read by parts. */
  readonly content: Uint8Array | undefined;
}

interface ReceivedImages {
  readonly open: (relative: string) => ImageDirectory;
  /** The OCI configuration that the container will be restored with. */
  readonly config: string;
}

/** A reader that waits until the images have arrived. */
interface ParkedImageReader {
  /** Fetches the images of one directory together, or of all (`*`). Others are fetched on demand. May be called once. */
  read(directory: string): Promise<ReceivedImages>;
  /** Permits the restore from these images. Only after `read`. */
  noteVerified(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Starts a command on the host that reads all images of a migration, but large files, and the configuration
 * file beside them.
 */
export const parkImageReader = async (
  host: Host,
  directory: string,
  configuration: string,
): Promise<ParkedImageReader> => {
  const argv = scriptArgv('received-images', directory, configuration, MAX_SENT_SIZE);
  const reader = await host.start({ argv });
  const failed = async (): Promise<Error> => {
    const { exitCode, stderr } = await reader.exit;
    return new CommandFailed({ host: host.name, argv: ['received-images'], exitCode, stderr });
  };
  const encoded: string[] = [];
  const milestones = followMilestones(reader, wordsOf('received-images'), failed, (line) =>
    encoded.push(line),
  );
  await milestones.reached('ready');
  return {
    read: async (asked) => {
      reader.write(`send ${asked}\n`);
      await milestones.reached('sent');
      const sent = Buffer.from(encoded.join(''), 'base64');
      return imagesIn(host, `${directory}/images`, asked, sent);
    },
    noteVerified: async () => {
      reader.write('verified\n');
      await milestones.reached('noted');
    },
    discard: async () => {
      reader.endInput();
      await reader.exit;
    },
  };
};

const imagesIn = (host: Host, root: string, asked: string, sent: Buffer): ReceivedImages => {
  const { entries, end } = entriesIn(sent);
  const { files, rest } = withContents(entries, asked, sent.subarray(end));
  const readPart = partReader(host);
  const open = (path: string): ImageDirectory => ({
    path,
    list: async () => {
      const inside = [...files].filter(([each]) => posix.dirname(each) === path);
      // A link to a directory does not count as a directory.
      if (files.get(path)?.kind !== 'directory') {
        throw new InvalidInput(`the images on ${host.name} have no directory ${path}`);
      }
      return inside.map(([, { content: _, ...entry }]) => entry);
    },
    read: async (name, offset, length) => {
      const file = files.get(posix.join(path, name));
      if (file?.kind !== 'file') throw new InvalidInput(`${path}/${name} on ${host.name} is not a file`);
      return (
        file.content?.subarray(offset, offset + length) ??
        readPart(posix.join(root, path, name), offset, length)
      );
    },
    at: (relative) => open(posix.normalize(posix.join(path, relative)).replace(/\/$/, '')),
  });
  return { open, config: String(rest) };
};

const kinds: Readonly<Record<string, DirectoryEntry['kind']>> = { f: 'file', d: 'directory', l: 'link' };

interface Listed {
  readonly entries: ReadonlyMap<string, DirectoryEntry>;
  /** The offset of the byte after the list. */
  readonly end: number;
}

const entriesIn = (sent: Buffer): Listed => {
  const entries = new Map<string, DirectoryEntry>();
  let at = 0;
  const field = (): string => {
    const end = sent.indexOf(0, at);
    if (end < 0) throw new InvalidInput('the list of received images is incomplete');
    const text = sent.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  for (let path = field(); path !== ''; path = field()) {
    const [type, size, target, links, version] = [field(), field(), field(), field(), field()];
    // A file with a second name may be changed by that name, which may be outside of the images.
    const kind = type === 'f' && links !== '1' ? 'other' : (kinds[type] ?? 'other');
    const link = kind === 'link' ? { target } : {};
    entries.set(path, { name: posix.basename(path), kind, size: Number(size), version, ...link });
  }
  return { entries, end: at };
};

/**
 * Adds the contents to the entries. The contents follow each other in the order of the bytes of the paths.
 */
const withContents = (
  entries: ReadonlyMap<string, DirectoryEntry>,
  asked: string,
  contents: Buffer,
): { readonly files: ReadonlyMap<string, ReceivedEntry>; readonly rest: Buffer } => {
  let offset = 0;
  const sorted = [...entries].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const files = new Map(
    sorted.map(([path, entry]) => {
      const isAsked = asked === '*' ? path.includes('/') : path.startsWith(`${asked}/`);
      const sent =
        isAsked && entry.kind === 'file' && entry.size <= MAX_SENT_SIZE && !entry.name.startsWith('pages-');
      const content = sent ? contents.subarray(offset, offset + entry.size) : undefined;
      if (sent) offset += entry.size;
      return [path, { ...entry, content }];
    }),
  );
  return { files, rest: contents.subarray(offset) };
};

const readPartScript = 'tail -c "+$(($2 + 1))" -- "$1" | head -c "$3" | base64 -w 0';

/** Bytes fetched by one command. The decoder reads a file in smaller steps. */
const READ_AHEAD = 8 * 1024 ** 2;

/** Returns a function that reads parts of files. The last part is kept. */
const partReader = (host: Host): ((path: string, offset: number, length: number) => Promise<Uint8Array>) => {
  let last = { path: '', offset: 0, bytes: new Uint8Array() };
  return async (path, offset, length) => {
    const isWithin =
      path === last.path && offset >= last.offset && offset + length <= last.offset + last.bytes.length;
    if (!isWithin) {
      const asked = String(Math.max(length, READ_AHEAD));
      const { stdout } = await host.run({
        argv: ['sh', '-c', readPartScript, 'sh', path, String(offset), asked],
      });
      last = { path, offset, bytes: Buffer.from(stdout, 'base64') };
    }
    const from = offset - last.offset;
    return last.bytes.subarray(from, from + length);
  };
};

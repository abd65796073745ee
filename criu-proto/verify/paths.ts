import { pathOf } from '../chain/open-files.ts';
import { numberIn, textIn } from '../protobuf/fields.ts';
import type { Problems } from './problems.ts';
import { type Contents, messagesOf } from './references.ts';

/** What the kernel gives as a path is no longer than this, and never leads upwards. */
const LONGEST = 4096;

/** Why this is not the way to something below a root, as the kernel would tell it. */
export const pathProblem = (path: string): string | undefined => {
  if (!path.startsWith('/')) return 'does not begin at the root';
  if (Buffer.byteLength(path) >= LONGEST) return `has more than ${LONGEST} bytes`;
  return path.split('/').some((part) => part === '..' || part === '.') ? 'leads upwards' : undefined;
};

/** As it may stand in a message: no line of its own, no more than one reads. */
export const shown = (text: string): string => {
  const quoted = JSON.stringify(text);
  return quoted.length > 80 ? `${quoted.slice(0, 79)}…"` : quoted;
};

const S_IFMT = 0o170000;
const S_IFBLK = 0o060000;

const verifyNames = ({ files }: Contents, problems: Problems): void => {
  for (const file of files.values()) {
    const path = pathOf(file) ?? '/';
    const problem = pathProblem(path);
    if (problem !== undefined)
      problems.add('forged', 'files.img', `the path of file ${file.id} ${problem}: ${shown(path)}`);
  }
};

/** Files are opened, and deleted ones made again, by criu, as root: by the way that the images say. */
export const verifyPaths = (contents: Contents, problems: Problems): void => {
  const { images, files } = contents;
  verifyNames(contents, problems);
  for (const [name, { type, entries }] of images) {
    if (type.name !== 'GHOST_FILE') continue;
    const mode = numberIn(entries[0]?.message ?? {}, 'mode') ?? 0;
    if ((mode & S_IFMT) === S_IFBLK)
      problems.add('escape', name, 'is a block device, which no deleted file of a container is');
  }
  for (const remap of messagesOf(images, 'remap-fpath.img')) {
    const id = numberIn(remap, 'orig_id') ?? 0;
    if (!files.has(id) && textIn(remap, 'remap_type') !== 'PROCFS')
      problems.add('missing', 'remap-fpath.img', `file ${id}, which was deleted, is not in files.img`);
  }
};

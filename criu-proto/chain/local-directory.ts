import { constants, lstat, open, readdir, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DirectoryEntry, ImageDirectory } from './directory.ts';

const describe = async (directory: string, name: string): Promise<DirectoryEntry> => {
  const path = join(directory, name);
  const stats = await lstat(path);
  const size = stats.size;
  if (stats.isFile()) return { name, kind: 'file', size };
  if (stats.isDirectory()) return { name, kind: 'directory', size };
  if (stats.isSymbolicLink()) return { name, kind: 'link', size, target: await readlink(path) };
  return { name, kind: 'other', size };
};

const readPart = async (path: string, offset: number, length: number): Promise<Uint8Array> => {
  // Neither follows a link nor waits for the other end of a fifo.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error(`${path} is no regular file`);
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, stats.size - offset)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
};

/** A directory of images on this machine. */
export const localDirectory = (path: string): ImageDirectory => {
  const directory = resolve(path);
  return {
    path: directory,
    list: async () => {
      const names = (await readdir(directory)).sort();
      return Promise.all(names.map((name) => describe(directory, name)));
    },
    read: (name, offset, length) => readPart(join(directory, name), offset, length),
    at: (relative) => localDirectory(join(directory, relative)),
  };
};

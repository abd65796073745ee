import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** A file that only grows, by whole lines. */
export interface JournalFile {
  /** Appends all of it. Throws when it cannot; nothing of it is left then, or the next `append` removes it. */
  append(line: string): void;
  /** Resolves once all that was appended outlives a crash of the machine. */
  sync(): Promise<void>;
  close(): void;
}

/** Makes the file, for this user only. Rejects when it is there already. */
export const createJournalFile = async (path: string): Promise<JournalFile> => {
  const descriptor = openSync(path, 'ax', 0o600);
  await syncDirectory(dirname(path));
  return growing(descriptor, 0);
};

const LINE_END = 0x0a;

/** Opens one that is there, to go on after its last whole line. Throws when it cannot. */
export const openJournalFile = (path: string): JournalFile => {
  const descriptor = openSync(path, 'a+');
  const size = readFileSync(descriptor).lastIndexOf(LINE_END) + 1;
  // What was cut short in mid-write would become part of the next line.
  ftruncateSync(descriptor, size);
  return growing(descriptor, size);
};

const growing = (descriptor: number, from: number): JournalFile => {
  let size = from;
  let clean = true;
  return {
    append: (line) => {
      const bytes = Buffer.from(line);
      if (!clean) ftruncateSync(descriptor, size);
      clean = false;
      // A disk that is about to be full takes a part of it.
      if (writeSync(descriptor, bytes) < bytes.length) throw new Error('no space left on device');
      size += bytes.length;
      clean = true;
    },
    sync: () => promisify(fdatasync)(descriptor),
    close: () => closeSync(descriptor),
  };
};

/** Otherwise the file could be whole and its name lost. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

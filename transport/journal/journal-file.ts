import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** A file that only grows, by complete lines. */
export interface JournalFile {
  /** Appends the line. Throws when it cannot; the next `append` removes what was written of the line. */
  append(line: string): void;
  /** Resolves when all appended lines survive a crash of the machine. */
  sync(): Promise<void>;
  close(): void;
}

/** Creates the file, for this user only. Rejects when the file exists already. */
export const createJournalFile = async (path: string): Promise<JournalFile> => {
  const descriptor = openSync(path, 'ax', 0o600);
  await syncDirectory(dirname(path));
  return appendingFile(descriptor, 0);
};

const LINE_END = 0x0a;

/** Opens an existing file, to append after its last complete line. Throws when it cannot. */
export const openJournalFile = (path: string): JournalFile => {
  const descriptor = openSync(path, 'a+');
  const size = readFileSync(descriptor).lastIndexOf(LINE_END) + 1;
  // Otherwise a line that was cut short would become part of the next one.
  ftruncateSync(descriptor, size);
  return appendingFile(descriptor, size);
};

const appendingFile = (descriptor: number, from: number): JournalFile => {
  let size = from;
  let isComplete = true;
  return {
    append: (line) => {
      const bytes = Buffer.from(line);
      if (!isComplete) ftruncateSync(descriptor, size);
      isComplete = false;
      // A disk that is almost full takes only a part of the line.
      if (writeSync(descriptor, bytes) < bytes.length) throw new Error('no space left on device');
      size += bytes.length;
      isComplete = true;
    },
    sync: () => promisify(fdatasync)(descriptor),
    close: () => closeSync(descriptor),
  };
};

/** Without this a crash could lose the name of a complete file. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

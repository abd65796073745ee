import type { FileHandle } from 'node:fs/promises';
import type { JournalLine } from './parse.ts';

const CHUNK = 64 * 1024;
const LINE_END = 0x0a;

/** Reads a growing file. Each `next` returns the new complete lines. */
export const growingLines = (file: FileHandle): { next(): Promise<readonly JournalLine[]> } => {
  let position = 0;
  let number = 0;
  return {
    next: async () => {
      const text = await wholeLines(file, position);
      position += text.length;
      const lines = text.toString('utf8').split('\n').slice(0, -1);
      return lines.map((line) => {
        number += 1;
        return { text: line, number };
      });
    },
  };
};

/** Returns the bytes from `position` to the last line end, so that no character is cut in two. */
const wholeLines = async (file: FileHandle, position: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for (let at = position; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  const all = Buffer.concat(chunks);
  return all.subarray(0, all.lastIndexOf(LINE_END) + 1);
};

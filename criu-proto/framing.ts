import { DecodeError } from './errors.ts';

/** First word of an ordinary image, and of a file that criu writes for its own use. */
export const IMAGE_MAGIC = { common: 0x54564319, service: 0x55105940 } as const;
/** Second word: what is in the image. */
export const TYPE_MAGIC = { stats: 0x57093306, pagemap: 0x56084025 } as const;

/** One message of an image. */
export interface Frame {
  /** Where in the file the message begins. */
  readonly offset: number;
  readonly message: Uint8Array;
}

/** A message is small; a larger length is a damaged file, not a reason to allocate. */
const LARGEST_MESSAGE = 16 * 1024 * 1024;

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;

const readWord = (file: string, bytes: DataView, offset: number, what: string): number => {
  if (offset + 4 > bytes.byteLength) throw new DecodeError(file, offset, `ends within ${what}`);
  return bytes.getUint32(offset, true);
};

const expectWord = (file: string, bytes: DataView, offset: number, expected: number, what: string): void => {
  const word = readWord(file, bytes, offset, what);
  if (word !== expected) throw new DecodeError(file, offset, `${what} is ${hex(word)}, not ${hex(expected)}`);
};

/** The messages of an image in the 1.1 format: two magic words, then length and message until the end of the file. */
export const readFrames = (
  file: string,
  bytes: Uint8Array,
  kind: keyof typeof IMAGE_MAGIC,
  type: keyof typeof TYPE_MAGIC,
): readonly Frame[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expectWord(file, view, 0, IMAGE_MAGIC[kind], 'the first magic word');
  expectWord(file, view, 4, TYPE_MAGIC[type], 'the type magic word');
  const frames: Frame[] = [];
  let offset = 8;
  while (offset < bytes.length) {
    const length = readWord(file, view, offset, 'the length of a message');
    const remaining = bytes.length - offset - 4;
    if (length > Math.min(remaining, LARGEST_MESSAGE)) {
      throw new DecodeError(file, offset, `a message of ${length} bytes where ${remaining} remain`);
    }
    const begin = offset + 4;
    frames.push({ offset: begin, message: bytes.subarray(begin, begin + length) });
    offset = begin + length;
  }
  return frames;
};

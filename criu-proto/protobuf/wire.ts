import { DecodeError } from './errors.ts';

/** How a field is laid out; groups, kinds 3 and 4, are not used by criu. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_32 = 0x1_0000_0000;

/** Reads the primitives of one message, never beyond its end. Every failure says where in the file it is. */
export class WireReader {
  position: number;
  readonly end: number;
  readonly #file: string;
  readonly #bytes: Uint8Array;
  /** Where in the file the first byte is. */
  readonly #origin: number;
  /** Halves of the varint read last. */
  #low = 0;
  #high = 0;

  constructor(file: string, bytes: Uint8Array, origin: number, position = 0, end: number = bytes.length) {
    this.#file = file;
    this.#bytes = bytes;
    this.#origin = origin;
    this.position = position;
    this.end = end;
  }

  fault(problem: string, position: number = this.position): DecodeError {
    return new DecodeError(this.#file, this.#origin + position, problem);
  }

  /** A reader of the next `length` bytes, which this one skips. */
  within(length: number): WireReader {
    const begin = this.position;
    this.#advance(length);
    return new WireReader(this.#file, this.#bytes, this.#origin, begin, this.position);
  }

  uint32(): number {
    const at = this.position;
    this.#varint();
    if (this.#high !== 0) throw this.fault('a number of more than 32 bits', at);
    return this.#low;
  }

  uint64(): bigint {
    this.#varint();
    return this.#unsigned();
  }

  /** Negative ones are written with 64 bits. */
  int32(): number {
    const at = this.position;
    this.#varint();
    const value = this.#low | 0;
    if (this.#high !== (value < 0 ? 0xffffffff : 0)) throw this.fault('a number of more than 32 bits', at);
    return value;
  }

  int64(): bigint {
    this.#varint();
    return BigInt.asIntN(64, this.#unsigned());
  }

  bool(): boolean {
    const at = this.position;
    const value = this.uint32();
    if (value > 1) throw this.fault(`${value} is neither true nor false`, at);
    return value === 1;
  }

  fixed64(): bigint {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  }

  take(length: number): Uint8Array {
    const begin = this.position;
    this.#advance(length);
    return this.#bytes.subarray(begin, this.position);
  }

  /** The bytes from `position` to here. */
  since(position: number): Uint8Array {
    return this.#bytes.subarray(position, this.position);
  }

  #advance(length: number): void {
    const remaining = this.end - this.position;
    if (length > remaining) throw this.fault(`${length} bytes where ${remaining} remain`);
    this.position += length;
  }

  #unsigned(): bigint {
    return this.#high < 0x200000
      ? BigInt(this.#high * TWO_32 + this.#low)
      : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /** Up to ten bytes of seven bits each, the last of one bit. */
  #varint(): void {
    const begin = this.position;
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index += 1) {
      const byte = this.position < this.end ? this.#bytes[this.position] : undefined;
      if (byte === undefined) throw this.fault('ends within a number', begin);
      this.position += 1;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (index < 9) high |= bits << (7 * index - 32);
      else if (byte > 1) throw this.fault('a number of more than 64 bits', begin);
      else high |= bits << 31;
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw this.fault('a number of more than 64 bits', begin);
  }
}

/** Bytes that grow as they are written. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** What was written; valid until more is. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  varint(value: bigint | number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setBigUint64(this.#length, BigInt.asUintN(64, value), true);
    this.#length += 8;
  }

  /** A little-endian word, as the framing has it. */
  word(value: number): void {
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setUint32(this.#length, value, true);
    this.#length += 4;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}

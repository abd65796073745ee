import { describe, expect, it } from 'vitest';
import { critJson, decodeImage, describeName, encodeImage, streamJson } from '../../criu-proto/index.ts';
import { corpora, images } from './corpus.ts';

/** crit reads the content of a segment from after its entry, though it is in a pagemap, and so swallows the next entry. */
const critIsWrong = (name: string): boolean => /^ipcns-shm-\d+\.img$/.test(name);

const ours = images.filter(({ name }) => describeName(name)?.kind === 'image');

describe('images that criu has written', () => {
  it('are of versions from the oldest to the newest form', () => {
    expect(corpora.map(({ criu }) => criu).sort()).toEqual(['3.17.1', '4.1.1', '4.2.1']);
    expect(new Set(ours.map(({ name, bytes }) => decodeImage(name, bytes).type.name)).size).toBeGreaterThan(
      30,
    );
  });

  it('read as crit of their version reads them, to the letter', () => {
    const compared = ours.filter(({ name, crit }) => crit !== undefined && !critIsWrong(name));
    expect(compared.length).toBeGreaterThan(600);
    for (const { where, name, bytes, crit } of compared) {
      expect([where, critJson(decodeImage(name, bytes))]).toEqual([where, crit]);
    }
  });

  it('are the same bytes when they are encoded again', () => {
    for (const { where, name, bytes } of ours) {
      const again = encodeImage(decodeImage(name, bytes));
      expect([where, Buffer.compare(bytes, again)]).toEqual([where, 0]);
    }
  });

  it('read the same by parts as at once', async () => {
    for (const { where, name, bytes } of ours) {
      const source = {
        name,
        size: bytes.length,
        read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
      };
      let json = '';
      for await (const part of streamJson(source)) json += part;
      expect([where, json]).toEqual([where, critJson(decodeImage(name, bytes))]);
    }
  });

  it('keep every entry of shared memory, which crit loses', () => {
    const [image] = ours.filter(({ name }) => critIsWrong(name));
    expect(decodeImage('f', image?.bytes ?? new Uint8Array()).entries).toHaveLength(4);
  });

  it('cut off anywhere are damaged or end where an entry ends', () => {
    const smallest = ours.toSorted((a, b) => a.bytes.length - b.bytes.length).slice(0, 60);
    for (const { name, bytes } of smallest) {
      for (let length = 0; length < bytes.length; length += 1) {
        try {
          const part = bytes.subarray(0, length);
          expect(Buffer.compare(encodeImage(decodeImage(name, part)), part)).toBe(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'DecodeError', file: name });
        }
      }
    }
  });
});

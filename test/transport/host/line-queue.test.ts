import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineQueue } from '../../../transport/host/line-queue.ts';

const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

describe('line queue', () => {
  it('returns the same lines however the bytes arrive', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '😀', '\n', '\r'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (whole, size) => {
        const stream = new PassThrough();
        const lines = lineQueue(stream);
        const bytes = Buffer.from(whole);
        for (let start = 0; start < bytes.length; start += size)
          stream.write(bytes.subarray(start, start + size));
        stream.end();
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await collect(lines)).toEqual(expected);
      }),
    );
  });

  it('splits a line that does not end', async () => {
    const stream = new PassThrough();
    const lines = lineQueue(stream);
    stream.end('x'.repeat(2_500_000));
    expect((await collect(lines)).map(({ length }) => length)).toEqual([1_048_576, 1_048_576, 402_848]);
  });

  it('keeps the newest lines until reading starts', async () => {
    const stream = new PassThrough();
    const lines = lineQueue(stream);
    const line = 'x'.repeat(999);
    for (let index = 0; index < 10_000; index += 1) stream.write(`${line}\n`);
    stream.end('last');
    await new Promise((resolve) => stream.once('end', resolve));
    const kept = await collect(lines);
    expect(kept.at(-1)).toBe('last');
    expect(kept.length).toBeGreaterThan(4000);
    expect(kept.length).toBeLessThan(4300);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DecodeError,
  type ImageDirectory,
  memoryHeat,
  summarizeCheckpoint,
  verifyCheckpoint,
} from '../../criu-proto/index.ts';
import { type CorpusFile, corpusOf, type Files, memoryDirectory } from './corpus.ts';

const { rounds } = corpusOf('4.1.1');

/** Less than a whole checkpoint, but something of every kind: so that many can be looked at. */
const few = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).filter(([name]) => !/-(?:1[0-9]|2[0-35-9]|3[0-9]|4[0-9])\.img$/.test(name)),
  );

const small = Object.fromEntries(Object.entries(rounds).map(([round, files]) => [round, few(files)]));

const places = ['round-0', 'round-1', 'last'].flatMap((round) =>
  Object.entries(small[round] ?? {}).map(([name, file]) => ({ round, name, file })),
);

interface Damage {
  readonly place: (typeof places)[number];
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly kind: 'overwritten' | 'cut' | 'removed' | 'linked';
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.constantFrom(...places),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  kind: fc.constantFrom('overwritten', 'overwritten', 'overwritten', 'cut', 'removed', 'linked'),
});

const damaged = ({ place: { file }, at, bytes, kind }: Damage): CorpusFile | undefined => {
  if (kind === 'removed') return undefined;
  if (kind === 'linked') return { size: 3, target: '../last' };
  if (file.bytes === undefined) return { size: Math.floor(file.size * at) };
  const offset = Math.floor(file.bytes.length * at);
  const content = Buffer.from(file.bytes);
  if (kind === 'cut') return { size: offset, bytes: content.subarray(0, offset) };
  content.set(bytes.subarray(0, content.length - offset), offset);
  return { size: content.length, bytes: content };
};

const withDamage = (all: readonly Damage[]): ImageDirectory => {
  const changed: Record<string, Record<string, CorpusFile>> = Object.fromEntries(
    Object.entries(small).map(([round, files]) => [round, { ...files }]),
  );
  for (const one of all) {
    const { round, name } = one.place;
    const file = damaged(one);
    const files = changed[round] ?? {};
    delete files[name];
    if (file !== undefined) files[name] = file;
  }
  return memoryDirectory(changed, '/last');
};

const valueOrDecodeError = async (action: () => Promise<unknown>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
  }
};

describe('a damaged checkpoint', () => {
  it('is verified to the end, and shown or refused', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 5 }), async (all) => {
        const directory = withDamage(all);
        expect((await verifyCheckpoint(directory)).problems.length).toBeLessThanOrEqual(200);
        await valueOrDecodeError(() => memoryHeat(directory));
        await valueOrDecodeError(() => summarizeCheckpoint(directory));
      }),
      { numRuns: 150 },
    );
  });
});

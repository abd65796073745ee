import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedProofs } from '../../../transport/facts/proven-holds.ts';

describe('proofs in a file', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/precopy-test-`);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('are read again by the next migration, each by its own name', async () => {
    const file = `${directory}/state/precopy/proven-holds`;
    await storedProofs(file).add('b1 source 4.1');
    const proofs = storedProofs(file);
    await proofs.add('b2 source 4.1');
    expect(await Promise.all(['b1 source 4.1', 'b2 source 4.1', 'b1 source'].map(proofs.has))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('do not grow without limit', async () => {
    const proofs = storedProofs(`${directory}/proofs`);
    for (let proof = 0; proof < 250; proof += 1) await proofs.add(`b${proof} source 4.1`);
    expect((await readFile(`${directory}/proofs`, 'utf8')).split('\n').length).toBeLessThan(210);
    expect(await proofs.has('b249 source 4.1')).toBe(true);
  });

  it('that cannot be written are missing later, and cause no failure', async () => {
    await writeFile(`${directory}/file`, '');
    const proofs = storedProofs(`${directory}/file/proofs`);
    await proofs.add('b1 source 4.1');
    expect(await proofs.has('b1 source 4.1')).toBe(false);
  });
});

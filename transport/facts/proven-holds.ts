import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What need not be proven again. */
export interface ProvenHolds {
  has(proof: string): Promise<boolean>;
  add(proof: string): Promise<void>;
}

/** Proofs kept at once; hosts are started again, and then old ones are of no use. */
const KEPT = 200;

/** Proofs in a file, one a line. One that cannot be written costs time at the next migration, and nothing else. */
export const storedProofs = (file: string): ProvenHolds => {
  const read = async (): Promise<readonly string[]> =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const write = async (proof: string): Promise<void> => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const all = await read();
    if (all.length < KEPT) return appendFile(file, `${proof}\n`, { mode: 0o600 });
    const newest = [...all.slice(-KEPT / 2), proof].map((line) => `${line}\n`).join('');
    return writeFile(file, newest, { mode: 0o600 });
  };
  return {
    has: async (proof) => (await read()).includes(proof),
    add: (proof) => write(proof).catch(() => {}),
  };
};

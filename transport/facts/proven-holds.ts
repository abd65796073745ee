import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Proofs that criu holds a process on a host, which later migrations need not repeat. */
export interface ProvenHolds {
  has(proof: string): Promise<boolean>;
  add(proof: string): Promise<void>;
}

/** Most proofs in the file. A reboot makes the proofs of a host useless, so the oldest are dropped. */
const MAX_PROOFS = 200;

/** Keeps proofs in a file, one a line. A proof that cannot be written only costs the next migration time. */
export const storedProofs = (file: string): ProvenHolds => {
  const read = async (): Promise<readonly string[]> =>
    (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const write = async (proof: string): Promise<void> => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const all = await read();
    if (all.length < MAX_PROOFS) return appendFile(file, `${proof}\n`, { mode: 0o600 });
    const newest = [...all.slice(-MAX_PROOFS / 2), proof].map((line) => `${line}\n`).join('');
    return writeFile(file, newest, { mode: 0o600 });
  };
  return {
    has: async (proof) => (await read()).includes(proof),
    add: (proof) => write(proof).catch(() => {}),
  };
};

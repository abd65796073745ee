import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DirectoryEntry, ImageDirectory } from '../../criu-proto/index.ts';

/** A file of a dump; `bytes` of images only, `crit` where crit can read it. */
export interface CorpusFile {
  readonly size: number;
  readonly bytes?: Uint8Array;
  readonly crit?: string;
  readonly target?: string;
}

export type Files = Readonly<Record<string, CorpusFile>>;

/** Rounds by name, the newest last. */
export interface Corpus {
  readonly criu: string;
  readonly rounds: Readonly<Record<string, Files>>;
}

interface Packed {
  readonly criu: string;
  readonly rounds: Record<string, Record<string, Omit<CorpusFile, 'bytes'> & { readonly bytes?: string }>>;
}

const folder = new URL('../fixtures/images/', import.meta.url);

const unpack = (name: string): Corpus => {
  const { criu, rounds }: Packed = JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString());
  const filesOf = (files: Packed['rounds'][string]): Files =>
    Object.fromEntries(
      Object.entries(files).map(([file, { bytes, ...rest }]) => [
        file,
        bytes === undefined ? rest : { ...rest, bytes: Buffer.from(bytes, 'base64') },
      ]),
    );
  return {
    criu,
    rounds: Object.fromEntries(Object.entries(rounds).map(([round, files]) => [round, filesOf(files)])),
  };
};

/** What criu of several versions has written of processes of all kinds, with what its own crit makes of it. */
export const corpora: readonly Corpus[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json.gz'))
  .map(unpack);

export const corpusOf = (criu: string): Corpus => {
  const found = corpora.find((corpus) => corpus.criu === criu);
  if (found === undefined) throw new Error(`no corpus of criu ${criu}`);
  return found;
};

/** All images that have their bytes, with a name that tells where they come from. */
export const images: readonly {
  readonly where: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly crit: string | undefined;
}[] = corpora.flatMap(({ criu, rounds }) =>
  Object.entries(rounds).flatMap(([round, files]) =>
    Object.entries(files).flatMap(([name, { bytes, crit }]) =>
      bytes === undefined ? [] : [{ where: `${criu}/${round}/${name}`, name, bytes, crit }],
    ),
  ),
);

const entryOf = ([name, { size, target }]: readonly [string, CorpusFile]): DirectoryEntry =>
  target === undefined ? { name, kind: 'file', size } : { name, kind: 'link', size, target };

/** Rounds in memory. Files of which only the size is kept are full of zeros, archives begin as such. */
export const memoryDirectory = (rounds: Readonly<Record<string, Files>>, path: string): ImageDirectory => {
  const files = (): Files => {
    const found = rounds[path.slice(1)];
    if (found === undefined) throw new Error(`no directory ${path}`);
    return found;
  };
  return {
    path,
    list: async () => Object.entries(files()).map(entryOf),
    read: async (name, offset, length) => {
      const { size, bytes, target } = files()[name] ?? { size: 0 };
      if (target !== undefined) throw new Error(`${name} is a link`);
      if (bytes !== undefined) return bytes.subarray(offset, offset + length);
      const zeros = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      if (name.endsWith('.tar.gz.img') && offset === 0) zeros.set([0x1f, 0x8b]);
      return zeros;
    },
    at: (relative) => memoryDirectory(rounds, posix.join(path, relative).replace(/\/$/, '')),
  };
};

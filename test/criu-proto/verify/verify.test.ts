import { describe, expect, it } from 'vitest';
import { mappingOf } from '../../../criu-proto/chain/tasks.ts';
import {
  decodeImage,
  encodeImage,
  type Message,
  type Problem,
  verifyCheckpoint,
} from '../../../criu-proto/index.ts';
import { messagesIn } from '../../../criu-proto/protobuf/fields.ts';
import { type CorpusFile, corpora, corpusOf, type Files, memoryDirectory } from '../corpus.ts';

const { rounds } = corpusOf('4.1.1');
const round = (name: string): Files => rounds[name] ?? {};
const last = round('last');

const file = (bytes: Uint8Array): CorpusFile => ({ size: bytes.length, bytes });

const problemsOf = async (changed: Readonly<Record<string, Files>>): Promise<readonly Problem[]> =>
  (await verifyCheckpoint(memoryDirectory({ ...rounds, ...changed }, '/last'))).problems;

/** The first problem as one line. */
const problemWith = async (files: Readonly<Record<string, CorpusFile | undefined>>): Promise<string> => {
  const changed = Object.entries({ ...last, ...files }).flatMap(([name, one]) =>
    one === undefined ? [] : [[name, one] as const],
  );
  const [first] = await problemsOf({ last: Object.fromEntries(changed) });
  return first === undefined ? 'none' : `${first.code}: ${first.file}: ${first.problem}`;
};

const without = (name: string): Promise<string> => problemWith({ [name]: undefined });

/** An image with one of its messages changed. */
const edited = (name: string, index: number, change: (message: Message) => Message): CorpusFile => {
  const { type, entries } = decodeImage(name, last[name]?.bytes ?? new Uint8Array());
  return file(
    encodeImage({
      type,
      entries: entries.map((entry, at) =>
        at === index ? { ...entry, message: change(entry.message) } : entry,
      ),
    }),
  );
};

describe('verifyCheckpoint', () => {
  it.each(
    corpora.flatMap(({ criu, rounds: all }) =>
      ['last', 'runc', 'docker'].filter((name) => name in all).map((name) => ({ criu, name, all })),
    ),
  )('finds nothing wrong with what criu $criu has written ($name)', async ({ name, all }) => {
    const { problems, processes, files } = await verifyCheckpoint(memoryDirectory(all, `/${name}`));
    expect(problems).toEqual([]);
    expect(processes).toBeGreaterThan(0);
    expect(files).toBeGreaterThan(20);
  });

  it('says what it has looked at', async () => {
    const seen = await verifyCheckpoint(memoryDirectory(rounds, '/last'));
    expect(seen.rounds).toBe(3);
    expect(seen.pages).toBeGreaterThan(700n);
  });

  it('misses what is referred to', async () => {
    expect(await without('inventory.img')).toContain('missing: inventory.img');
    expect(await without('core-1.img')).toContain('missing: core-1.img');
    expect(await without('mm-1.img')).toContain('missing: mm-1.img');
    expect(await without('pagemap-1.img')).toContain('missing: pagemap-1.img');
    expect(await without('fdinfo-2.img')).toContain('missing: fdinfo-2.img');
    expect(await without('ghost-file-1.img')).toContain('missing: ghost-file-1.img');
    expect(await without('seccomp.img')).toContain('is not in seccomp.img');
    expect(await without('memfd.img')).toContain('is not in memfd.img');
    expect(await without('files.img')).toContain('is not in files.img');
    const stream = Object.keys(last).find((name) => name.startsWith('tcp-stream')) ?? '';
    expect(await without(stream)).toContain(`missing: ${stream}`);
    const names = Object.keys(last).find((name) => name.startsWith('utsns')) ?? '';
    expect(await without(names)).toContain(`missing: ${names}`);
  });

  it('wants pages images as long as their pagemaps say', async () => {
    expect(await without('pages-1.img')).toMatch(
      /^pages: pagemap-.*: pages-1.img is missing, with \d+ bytes$/,
    );
    const size = last['pages-1.img']?.size ?? 0;
    expect(await problemWith({ 'pages-1.img': { size: size - 1 } })).toContain(
      `pages-1.img has ${size - 1} bytes, not ${size}`,
    );
  });

  it('finds every page in its chain', async () => {
    const [first] = await problemsOf({ 'round-0': {} });
    expect(first).toMatchObject({
      file: '../round-1/pagemap-1.img',
      problem: expect.stringMatching(/are the parent's, and the parent has no such pagemap$/),
    });
    const { parent, ...orphan } = last;
    expect((await problemsOf({ last: orphan }))[0]?.problem).toContain("are the parent's");
  });

  it('wants pages in order, in mappings, and somewhere', async () => {
    const withEntry = (change: (message: Message) => Message): Promise<string> =>
      problemWith({ 'pagemap-1.img': edited('pagemap-1.img', 2, change) });
    expect(await withEntry((entry) => ({ ...entry, vaddr: 4096n }))).toContain('overlaps or precedes');
    expect(await withEntry((entry) => ({ ...entry, vaddr: 0x4c0001n }))).toContain('where no page begins');
    expect(await withEntry((entry) => ({ ...entry, compat_nr_pages: 0 }))).toContain(
      'an entry without pages',
    );
    expect(await withEntry((entry) => ({ ...entry, flags: 0 }))).toContain('are nowhere');
    expect(await withEntry((entry) => ({ ...entry, flags: 5 }))).toContain("is here and the parent's");
    expect(await withEntry((entry) => ({ ...entry, nr_pages: 2n ** 60n }))).toContain('an entry from');
    const { entries } = decodeImage('f', last['pagemap-1.img']?.bytes ?? new Uint8Array());
    const moved = edited('pagemap-1.img', entries.length - 1, (entry) => ({
      ...entry,
      vaddr: 0x7fffffffe000n,
      flags: 4,
    }));
    expect(await problemWith({ 'pagemap-1.img': moved })).toContain('are in no mapping');
  });

  it('takes guard areas, which criu 4.2 lists behind the mappings and in any order, where they are in mappings', async () => {
    const [mm] = decodeImage('mm-1.img', last['mm-1.img']?.bytes ?? new Uint8Array()).entries;
    const vmas = messagesIn(mm?.message ?? {}, 'vmas');
    const large = vmas.map(mappingOf).filter(({ start, end }) => end - start >= 8192n);
    const guard = (start: bigint, end = start + 4096n) => ({
      ...{ start, end, pgoff: 0n, shmid: 0n, prot: 0, flags: 0, status: 65_536, fd: -1n },
    });
    const withGuards = (...areas: readonly ReturnType<typeof guard>[]): Promise<string> =>
      problemWith({
        'mm-1.img': edited('mm-1.img', 0, (message) => ({ ...message, vmas: [...vmas, ...areas] })),
      });
    const [one = 0n, other = 0n] = large.map(({ start }) => start);
    expect(await withGuards(guard(other), guard(one + 4096n))).toBe('none');
    expect(await withGuards(guard(4096n))).toContain('the guard area at 0x1000 is in no mapping');
    expect(await withGuards(guard(one, one))).toContain('the guard area at');
    expect(await withGuards(guard(one + 1n))).toContain('the guard area at');
  });

  it('names compression, and not what follows from it', async () => {
    const sizes = Uint8Array.from([(6 << 3) | 2, 2, 0xd2, 0x09]);
    const compressed = edited('pagemap-1.img', 2, (entry) => ({ ...entry, '?6': [sizes] }));
    const shorter = { size: (last['pages-1.img']?.size ?? 0) - 1000 };
    const files = { ...last, 'pagemap-1.img': compressed, 'pages-1.img': shorter };
    expect(await problemsOf({ last: files })).toMatchObject([
      {
        code: 'version',
        file: 'pagemap-1.img',
        problem: expect.stringMatching(/^its pages are compressed by criu, which precopy does not read/),
      },
    ]);
  });

  it('takes a whole page for the last bytes of a file in memory', async () => {
    // Its pages are the first and the third, and no process maps it.
    const ofSize = (size: bigint): Promise<string> =>
      problemWith({ 'memfd.img': edited('memfd.img', 1, (message) => ({ ...message, size })) });
    expect(await ofSize(8193n)).toBe('none');
    expect(await ofSize(8192n)).toContain('are in no mapping');
  });

  it('follows no link but parent, and that only to a neighbour', async () => {
    const link = (target: string): CorpusFile => ({ size: target.length, target });
    expect(await problemWith({ 'core-1.img': link('/etc/passwd') })).toContain('is a link to /etc/passwd');
    for (const target of ['/etc', '../../x', '..', '.', '../..', '../a/b', 'a/../../b', '']) {
      expect(await problemWith({ parent: link(target) })).toContain('not to a neighbour');
    }
    expect(await problemWith({ parent: file(new Uint8Array()) })).toContain('is no link');
    expect(await problemWith({ parent: link('../last') })).toContain('leads back to /last');
    expect(await problemWith({ '../core-1.img': file(new Uint8Array()) })).toContain(
      'no name that a file can have',
    );
  });

  it('refuses an endless chain', async () => {
    const endless = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        index === 0 ? 'last' : `r${index}`,
        { parent: { size: 1, target: `../r${index + 1}` } },
      ]),
    );
    expect((await problemsOf(endless))[0]?.problem).toBe('is the link of 256 rounds');
  });

  it('knows every file by its name, and what is in it', async () => {
    expect(await problemWith({ 'surprise.img': file(new Uint8Array(8)) })).toContain('is no file of criu');
    expect(await problemWith({ 'mm-1.img': last['core-1.img'] })).toContain(
      'is an image of type CORE, not MM',
    );
    expect(await problemWith({ 'core-1.img': file(new Uint8Array(8)) })).toContain('undecodable: core-1.img');
    expect(await problemWith({ 'tmpfs-dev-9.tar.gz.img': file(new Uint8Array(8)) })).toContain(
      'is no archive',
    );
  });

  it('tells what a later criu has written', async () => {
    const version = edited('inventory.img', 0, (message) => ({ ...message, img_version: 3 }));
    expect(await problemWith({ 'inventory.img': version })).toBe(
      'version: inventory.img: images are of version 3',
    );
    const field = edited('inventory.img', 0, (message) => ({
      ...message,
      '?99': [Buffer.from([0x98, 6, 1])],
    }));
    expect(await problemWith({ 'inventory.img': field })).toContain(
      'fields that criu up to 4.2 does not write',
    );
  });

  it('tells no more problems than one can read', async () => {
    const junk = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`junk-${index}`, file(new Uint8Array())]),
    );
    expect(await problemsOf({ last: { ...last, ...junk } })).toHaveLength(200);
  });

  it('is not kept busy by a tree as deep as one can make it', async () => {
    const { type, entries } = decodeImage('pstree.img', last['pstree.img']?.bytes ?? new Uint8Array());
    const deep = entries.slice(0, 1).flatMap((root) =>
      Array.from({ length: 50_000 }, (_, index) => ({
        ...root,
        message: { pid: index + 1, ppid: index, pgid: 1, sid: 1, threads: [index + 1] },
      })),
    );
    const bytes = encodeImage({ type, entries: deep });
    expect(await problemsOf({ last: { ...last, 'pstree.img': file(bytes) } })).toHaveLength(200);
  });
});

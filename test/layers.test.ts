import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Layer {
  /** A file that its rule is for. */
  readonly file: string;
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}

const layers: readonly Layer[] = [
  {
    file: 'engine/model/x.ts',
    allowed: ['./units.ts'],
    forbidden: ['../core/decide.ts', '../ports/host.ts', '../../transport/script.ts', 'node:fs', 'zod'],
  },
  {
    file: 'engine/core/x.ts',
    allowed: ['./plan.ts', './rounds/decide.ts', '../model/units.ts'],
    forbidden: [
      '../run/migrate.ts',
      '../observe/plain.ts',
      '../ports/host.ts',
      '../index.ts',
      'node:fs',
      'zod',
    ],
  },
  {
    file: 'engine/core/room/x.ts',
    allowed: ['./decide.ts', '../rounds/decide.ts', '../../model/units.ts'],
    forbidden: ['../plan.ts', '../../run/migrate.ts', '../../observe/text/format.ts', 'node:fs', 'zod'],
  },
  {
    file: 'engine/ports/x.ts',
    allowed: ['./host.ts', '../model/units.ts', 'node:stream'],
    forbidden: ['../core/decide.ts', '../run/migrate.ts', '../../transport/script.ts', 'node:fs', 'zod'],
  },
  {
    file: 'engine/run/x.ts',
    allowed: [
      './migrate.ts',
      '../model/units.ts',
      '../core/plan.ts',
      '../core/rounds/decide.ts',
      '../ports/host.ts',
    ],
    forbidden: ['../observe/plain.ts', '../index.ts', '../../transport/script.ts', 'node:fs', 'execa'],
  },
  {
    file: 'engine/observe/x.ts',
    allowed: ['./plain.ts', '../model/units.ts'],
    forbidden: ['../core/decide.ts', '../run/migrate.ts', '../ports/host.ts', '../../transport/script.ts'],
  },
  {
    file: 'engine/observe/room/x.ts',
    allowed: ['./plain.ts', '../text/format.ts', '../../model/units.ts'],
    forbidden: ['../report-text.ts', '../../core/rounds/decide.ts', '../../run/migrate.ts'],
  },
  {
    file: 'criu-proto/x.ts',
    allowed: ['./format/stats.ts', 'protobufjs', 'node:fs'],
    forbidden: ['../engine/model/units.ts', '../transport/door/script.ts', '../cli/terminal/write.ts'],
  },
  {
    file: 'criu-proto/room/x.ts',
    allowed: ['./stats.ts', '../format/stats.ts', 'protobufjs', 'node:fs'],
    forbidden: ['../index.ts', '../../engine/model/units.ts', '../../transport/door/script.ts'],
  },
  {
    file: 'transport/x.ts',
    allowed: [
      '../engine/ports/host.ts',
      '../engine/model/units.ts',
      '../criu-proto/index.ts',
      'node:fs',
      'zod',
    ],
    forbidden: ['../engine/core/decide.ts', '../engine/index.ts', '../bench/lab/index.ts', '../cli/write.ts'],
  },
  {
    file: 'transport/runc/x.ts',
    allowed: ['../script.ts', '../../engine/ports/host.ts', '../../criu-proto/index.ts'],
    forbidden: [
      '../../engine/core/decide.ts',
      '../../engine/run/migrate.ts',
      '../../engine/observe/plain.ts',
      '../../engine/index.ts',
      '../../bench/lab/index.ts',
      '../../cli/write.ts',
      '../../test/fakes/facts.ts',
    ],
  },
  {
    file: 'bench/lab/x.ts',
    allowed: ['../../engine/index.ts', '../../transport/index.ts', '../../engine/core/decide.ts'],
    forbidden: ['../../cli/write.ts', '../../test/fakes/facts.ts'],
  },
  {
    file: 'bench/cli/x.ts',
    allowed: ['../lab/index.ts', '../../cli/write.ts', '../../engine/run/migrate.ts', 'commander'],
    forbidden: ['../../test/fakes/facts.ts'],
  },
  {
    file: 'cli/x.ts',
    allowed: ['./write.ts', '../engine/run/migrate.ts', '../transport/index.ts', 'commander'],
    forbidden: ['../bench/lab/index.ts', '../test/fakes/facts.ts'],
  },
];

/** `file:line` of all that biome refuses in a directory. */
const refusals = (directory: string): Promise<ReadonlySet<string>> =>
  new Promise((resolve, reject) => {
    const argv = [
      'lint',
      '--only=style/noRestrictedImports',
      '--reporter=github',
      '--max-diagnostics=none',
      '.',
    ];
    execFile(`${root}/node_modules/.bin/biome`, argv, { cwd: directory }, (_, stdout, stderr) => {
      const found = [...stdout.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)];
      // Without the rules in force nothing would be refused, and biome would say so.
      if (found.length === 0) reject(new Error(`biome refused nothing: ${stdout}${stderr}`));
      else resolve(new Set(found.map(([, file, line]) => `${file?.replace(`${directory}/`, '')}:${line}`)));
    });
  });

describe('the layers', () => {
  let directory: string;
  let refused: ReadonlySet<string>;

  beforeAll(async () => {
    directory = await mkdtemp(`${tmpdir()}/precopy-layers-`);
    // biome's configuration refers to the latter.
    for (const name of ['biome.json', '.gitignore'])
      await copyFile(`${root}/${name}`, `${directory}/${name}`);
    for (const { file, allowed, forbidden } of layers) {
      const lines = [...allowed, ...forbidden].map((specifier) => `import '${specifier}';\n`);
      await mkdir(dirname(`${directory}/${file}`), { recursive: true });
      await writeFile(`${directory}/${file}`, lines.join(''));
    }
    refused = await refusals(directory);
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(layers)('are kept by the linter in $file', ({ file, allowed, forbidden }) => {
    const verdicts = [...allowed, ...forbidden].map((specifier, index) => [
      specifier,
      refused.has(`${file}:${index + 1}`) ? 'refused' : 'allowed',
    ]);
    expect(Object.fromEntries(verdicts)).toEqual({
      ...Object.fromEntries(allowed.map((specifier) => [specifier, 'allowed'])),
      ...Object.fromEntries(forbidden.map((specifier) => [specifier, 'refused'])),
    });
  });

  it('each have an example above', async () => {
    const rules = (await readFile(`${root}/biome.json`, 'utf8')).split('"includes": [').slice(1);
    const ruled = rules.flatMap((rule) =>
      rule.includes('noRestrictedImports') ? [/^"([^"]+)"/.exec(rule)?.[1] ?? rule] : [],
    );
    expect(ruled.length).toBeGreaterThan(0);
    for (const pattern of ruled) {
      const covered = layers.some(({ file }) => matchesGlob(file, pattern));
      expect([pattern, covered]).toEqual([pattern, true]);
    }
  });
});

describe('the rooms', () => {
  const wings = ['engine', 'criu-proto', 'transport', 'cli', 'bench'];

  /** Each folder with the folders its files import from. */
  const arrows = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    const entries = await Promise.all(wings.map((wing) => readdir(`${root}/${wing}`, { recursive: true })));
    const files = wings.flatMap((wing, index) => (entries[index] ?? []).map((name) => `${wing}/${name}`));
    const found = new Map<string, Set<string>>();
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const folder = dirname(file);
      const text = await readFile(`${root}/${file}`, 'utf8');
      const imported = [...text.matchAll(/ from '(\.[^']+)';$/gm)].map(([, to = '']) =>
        dirname(join(folder, to)),
      );
      const others = found.get(folder) ?? new Set();
      for (const other of imported.filter((each) => each !== folder)) others.add(other);
      found.set(folder, others);
    }
    return found;
  };

  it('import each other in one direction only', async () => {
    const left = new Map(await arrows());
    expect(left.size).toBeGreaterThan(30);
    // A room that imports from no room that is left can go. Those that stay import each other in a circle.
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const [room, others] of left) if (![...others].some((other) => left.has(other))) left.delete(room);
    }
    expect([...left.keys()]).toEqual([]);
  });

  it('each hold less than a third of their wing', async () => {
    for (const wing of ['engine', 'criu-proto', 'transport', 'cli']) {
      const names = await readdir(`${root}/${wing}`, { recursive: true });
      const files = names.filter((name) => name.endsWith('.ts'));
      const rooms = new Set(files.map((file) => dirname(file)));
      for (const room of rooms) {
        const inRoom = files.filter((file) => dirname(file) === room);
        expect([`${wing}/${room}`, inRoom.length < files.length / 3]).toEqual([`${wing}/${room}`, true]);
      }
    }
  });
});

describe('the tree in docs/architecture.md', () => {
  interface Entry {
    readonly path: string;
    readonly isFolder: boolean;
  }

  /** Each line is `name  what`, or `name/  what` for a folder, indented by two for each level. */
  const entriesOf = (block: string): readonly Entry[] => {
    const above: string[] = [];
    return block
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
        above.length = indent.length / 2;
        above.push(name.replace(/\/$/, ''));
        return { path: above.join('/'), isFolder: name.endsWith('/') };
      });
  };

  const tree = async (): Promise<readonly Entry[]> => {
    const text = await readFile(`${root}/docs/architecture.md`, 'utf8');
    const block = /^## Tree$.*?^```\w*\n(.*?)^```/ms.exec(text)?.[1];
    if (block === undefined) throw new Error('no fenced block after the heading ## Tree');
    return entriesOf(block);
  };

  /** Folders below one, itself included. */
  const foldersBelow = async (folder: string): Promise<readonly string[]> => {
    const entries = await readdir(`${root}/${folder}`, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
    return [folder, ...(await Promise.all(folders.map(foldersBelow))).flat()];
  };

  it('lists only what is there', async () => {
    for (const { path, isFolder } of await tree()) {
      const found = await stat(`${root}/${path}`).then(
        (stats) => (stats.isDirectory() ? 'folder' : 'file'),
        () => 'nothing',
      );
      expect([path, found]).toEqual([path, isFolder ? 'folder' : 'file']);
    }
  });

  it('lists every folder of the source', async () => {
    const listed = new Set((await tree()).map(({ path }) => path));
    const folders = ['engine', 'criu-proto', 'transport', 'bench', 'cli', 'test'].map(foldersBelow);
    // A folder of tests says by its name what it tests.
    const known = (folder: string) => listed.has(folder) || listed.has(folder.replace(/^test\//, ''));
    expect((await Promise.all(folders)).flat().filter((folder) => !known(folder))).toEqual([]);
  });
});

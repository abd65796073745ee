import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue, type ScriptName, usageOf } from '../transport/door/catalogue.ts';
import { scriptText } from '../transport/door/script.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const source = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

/** What a source file imports, types included: whoever compiles against us needs those too. */
const importsOf = (file: string): readonly string[] =>
  [...source(file).matchAll(/(?:\bfrom|^import|\bimport\()\s*'([@.\w][@./\w:-]*)'/gm)].map(
    ([, specifier]) => specifier ?? '',
  );

/** Packages that a file needs, directly or through others of ours; each with the way to it. */
const packagesOf = (entry: string): ReadonlyMap<string, string> => {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (file: string, way: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = resolve(root, dirname(file), specifier).slice(root.length + 1);
        visit(target, `${way} > ${target}`);
      } else if (!specifier.startsWith('node:') && !packages.has(specifier)) packages.set(specifier, way);
    }
  };
  visit(entry, entry);
  return packages;
};

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly exports: Record<string, unknown>;
}
const manifest = (file: string): Manifest => JSON.parse(source(file));
const { dependencies, exports } = manifest('package.json');

describe('a library entry', () => {
  const entries = ['engine/index.ts', 'criu-proto/index.ts', 'transport/index.ts'];

  it.each(entries)('%s does not need the command line, and nothing that is not installed', (entry) => {
    const packages = packagesOf(entry);
    expect(packages.get('commander')).toBeUndefined();
    expect([...packages.keys()].filter((name) => dependencies[name] === undefined)).toEqual([]);
  });

  it('of the engine needs no package at all: what touches the world comes through its ports', () => {
    expect([...packagesOf('engine/index.ts')]).toEqual([]);
  });

  it('is there for every export', () => {
    const targets = JSON.stringify(exports).matchAll(/"\.\/dist\/([^"]+)\.js"/g);
    expect([...targets].map(([, path]) => `${path}.ts`).sort()).toEqual([...entries].sort());
    for (const entry of entries) expect([entry, existsSync(`${root}/${entry}`)]).toEqual([entry, true]);
  });

  it('would be caught: the command line does need it', () => {
    expect(packagesOf('cli/main.ts').has('commander')).toBe(true);
    expect(packagesOf('transport/index.ts').has('execa')).toBe(true);
  });
});

describe('a command', () => {
  const wanted = (entry: string): readonly string[] => [...packagesOf(entry).keys()].sort();

  it('of the product needs all packages that it installs, and no other', () => {
    expect(wanted('cli/main.ts')).toEqual(Object.keys(dependencies).sort());
  });

  it('of the bench needs packages of its own and of the product, and no other', () => {
    const own = Object.keys(manifest('bench/package.json').dependencies);
    const known = new Set([...own, ...Object.keys(dependencies)]);
    expect(wanted('bench/cli/main.ts').filter((name) => !known.has(name.split('/')[0] ?? ''))).toEqual([]);
    for (const name of own)
      expect([name, wanted('bench/cli/main.ts').join(' ')]).toEqual([name, expect.stringContaining(name)]);
  });
});

describe('the scripts that run on hosts', () => {
  const names = Object.keys(catalogue) as ScriptName[];
  const files = readdirSync(`${root}/transport/scripts`).filter((file) => file.endsWith('.sh'));

  it('are all in the catalogue', () => {
    expect(files.map((file) => file.replace(/\.sh$/, '')).sort()).toEqual([...names].sort());
  });

  it.each(names)('%s has the arguments, the words and the input that the catalogue says', (name) => {
    const text = source(`transport/scripts/${name}.sh`);
    const head = text.slice(0, text.search(/^[^#]/m));
    const usages = [...head.matchAll(/^# {3}([\w-]+)\.sh\b *(.*)$/gm)];
    expect(usages.map(([, script, values]) => [script, values])).toEqual([[name, usageOf(name)]]);
    const entry = catalogue[name];
    for (const word of 'words' in entry ? entry.words : []) expect(scriptText(name)).toContain(word);
    const [silence] = /(?<=PRECOPY_SILENCE:-)\d+/.exec(text) ?? [];
    expect(silence).toEqual('silence' in entry ? String(entry.silence) : undefined);
    for (const word of 'input' in entry ? entry.input : [])
      expect(word === 'beat' || new RegExp(`\\b${word}\\b`).test(scriptText(name))).toBe(true);
  });

  it.each(files)('%s can be read by bash', (file) => {
    expect(source(`transport/scripts/${file}`)).toMatch(/^#!\/bin\/bash\n# \S/);
  });

  it('have in them what they have in common and what they read, each of which is called for', () => {
    const inFolder = (folder: string): readonly string[] =>
      readdirSync(`${root}/transport/scripts${folder}`, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !(folder === '' && entry.name.endsWith('.sh')))
        .map(({ name }) => `${folder}/${name}`.replace(/^\//, ''));
    const carried = [...inFolder(''), ...inFolder('/parts')].map((file) => file.replace(/^\//, ''));
    const called = [...files, ...carried].flatMap((file) =>
      [
        ...source(`transport/scripts/${file}`).matchAll(/(?:^\. |\$\(<|require '\.\/)([\w./-]+\.[a-z]+)/gm),
      ].map(([, part]) => part),
    );
    expect([...new Set(called)].sort()).toEqual(carried.sort());
    expect(scriptText('end-copy')).toMatch(/^read_stat\(\) \{/m);
    for (const name of names) {
      const text = scriptText(name);
      expect([name, text]).toEqual([name, expect.not.stringMatching(/^\. parts|\(<[\w-]+\.|require '\.\//m)]);
      expect([name, spawnSync('bash', ['-n'], { input: text }).status]).toEqual([name, 0]);
    }
  });
});

it('everything read at run time lies where the build copies it', () => {
  const copied = source('scripts/build.mjs');
  for (const assets of ['transport/scripts', 'criu-proto/schemas']) expect(copied).toContain(`'${assets}'`);
});

/** The packages that an installation brings: those of the product, and all that they depend on. */
const installed = ((): readonly string[] => {
  const { packages }: { packages: Record<string, Partial<Record<string, Record<string, string>>>> } =
    JSON.parse(source('package-lock.json'));
  const names = new Set(Object.keys(dependencies));
  for (const name of names) {
    const { dependencies, optionalDependencies } = packages[`node_modules/${name}`] ?? {};
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies })) names.add(other);
  }
  return [...names].filter((name) => existsSync(join(root, 'node_modules', name)));
})();

/** In bytes, of the files in a folder, which may be a link. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

describe('the package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'precopy-pack-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  beforeAll(async () => {
    // What `npm run` just built, as it would be published, somewhere else, with its dependencies beside it.
    await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: root });
    const [archive = ''] = readdirSync(directory);
    await execa('tar', ['-xzf', archive], { cwd: directory });
    for (const name of installed) {
      mkdirSync(dirname(join(directory, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name));
    }
  }, 60_000);

  it.each([
    ['--help', /migrate/],
    ['check --help', /--from/],
    ['migrate --help', /--max-downtime/],
    ['images show --help', /--json/],
  ])('has a command that works from elsewhere: precopy %s', async (words, expected) => {
    const program = join(directory, 'package/dist/cli/main.js');
    const { stdout } = await execa(process.execPath, [program, ...words.split(' ')]);
    expect(stdout).toMatch(expected);
  });

  it('takes less than 20 MB with all packages that it needs', () => {
    const folders = installed.map((name) => join(directory, 'node_modules', name));
    const sizes = [join(directory, 'package'), ...folders].map(sizeOf);
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBeLessThan(20e6);
  });

  it('has entries that load what they read at run time', async () => {
    const url = pathToFileURL(join(directory, 'package/dist/criu-proto/index.js')).href;
    const script = `const { decodeStats } = await import('${url}'); try { decodeStats('f', new Uint8Array(4)); } catch (error) { console.log(error.name); }`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('DecodeError');
  });

  it('brings the scripts that run on hosts, and nothing of the bench', () => {
    const inPackage = (file: string): boolean => existsSync(join(directory, 'package/dist', file));
    expect(inPackage('transport/scripts/final-dump.sh')).toBe(true);
    expect(inPackage('bench')).toBe(false);
    expect(existsSync(`${root}/dist/bench/lab/guest/lab-init`)).toBe(true);
  });
});

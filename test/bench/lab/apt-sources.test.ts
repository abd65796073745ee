import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { debianMirror, parseDeb822, parseSourcesList } from '../../../bench/lab/apt-sources.ts';
import { machineMirror } from '../../../bench/lab/machine-mirror.ts';

const PUBLIC = 'http://deb.debian.org/debian';

describe('one-line sources', () => {
  it('may have options, comments and no components', () => {
    const text = [
      '# deb http://commented.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/a b.gpg] http://mirror.example/debian/ bookworm main contrib # the nearest',
      'deb-src http://mirror.example/debian bookworm main',
      'deb http://flat.example/ ./',
      '',
    ].join('\n');
    expect(parseSourcesList(text)).toEqual([
      { uri: 'http://mirror.example/debian/', suite: 'bookworm', components: ['main', 'contrib'] },
      { uri: 'http://flat.example/', suite: './', components: [] },
    ]);
  });
});

describe('deb822 sources', () => {
  it('may name several suites and places, go on in further lines, and be disabled', () => {
    const text = [
      'Types: deb deb-src',
      '# by hand',
      'URIs: http://one.example/debian',
      '  http://two.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      '',
      'Enabled: no',
      'Types: deb',
      'URIs: http://off.example/debian',
      'Suites: bookworm',
      'Components: main',
      '',
      'types: deb-src',
      'URIs: http://src.example/debian',
      'Suites: bookworm',
      'Components: main',
    ].join('\n');
    expect(parseDeb822(text).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://one.example/debian bookworm',
      'http://one.example/debian bookworm-updates',
      'http://two.example/debian bookworm',
      'http://two.example/debian bookworm-updates',
    ]);
  });

  it('hold nothing when empty', () => {
    expect(parseDeb822('')).toEqual([]);
  });
});

describe('the mirror', () => {
  const source = (uri: string, suite: string, component = 'main') => ({
    uri,
    suite,
    components: [component],
  });

  it.each([
    [
      'is that of the main archive',
      [
        source('http://m.example/debian-security', 'bookworm-security'),
        source('http://m.example/debian/', 'bookworm'),
      ],
      'http://m.example/debian',
    ],
    [
      'may have any path',
      [source('https://m.example/remote/deb12', 'bookworm')],
      'https://m.example/remote/deb12',
    ],
    [
      'is not that of somebody who packages for Debian',
      [source('https://apt.other.example', 'bookworm'), source('http://m.example/debian', 'stable')],
      'http://m.example/debian',
    ],
    ['is the public one on another distribution', [source('http://archive.example/ubuntu', 'noble')], PUBLIC],
    [
      'is the public one where only part of it is configured',
      [source('http://m.example/debian', 'bookworm', 'contrib')],
      PUBLIC,
    ],
    ['is the public one without sources', [], PUBLIC],
  ])('%s', (_, sources, mirror) => {
    expect(debianMirror(sources)).toBe(mirror);
  });

  it('is found in the files that apt reads', async () => {
    const etc = await mkdtemp(join(tmpdir(), 'apt-'));
    onTestFinished(() => rm(etc, { recursive: true }));
    await mkdir(join(etc, 'sources.list.d'));
    await writeFile(
      join(etc, 'sources.list.d', 'z.sources.disabled'),
      'Types: deb\nURIs: http://no.example/debian\nSuites: bookworm\nComponents: main\n',
    );
    await writeFile(
      join(etc, 'sources.list.d', 'debian.sources'),
      'Types: deb\nURIs: http://yes.example/debian\nSuites: bookworm\nComponents: main\n',
    );
    expect(await machineMirror(etc)).toBe('http://yes.example/debian');
  });

  it('is the public one without any apt', async () => {
    expect(await machineMirror('/nonexistent')).toBe(PUBLIC);
  });
});

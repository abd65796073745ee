import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Report } from '../engine/model/report.ts';
import type { Host } from '../engine/ports/host.ts';
import type { MigrationPorts } from '../engine/run/migration.ts';
import { readJournals } from '../transport/journal/journal-store.ts';
import { fakeHost } from './fakes/fake-host.ts';
import { twoHosts } from './fakes/two-hosts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Example {
  portsFor(container: string, source: Host, destination: Host): Promise<MigrationPorts>;
  move(container: string, to: string, ports: MigrationPorts, signal: AbortSignal): Promise<Report>;
}

/** Compiled against the package as it is built, in a folder of its own. */
describe('the example in docs/library.md', () => {
  const directory = mkdtempSync(join(tmpdir(), 'precopy-library-'));
  let example: Example;

  beforeAll(async () => {
    const [, text = ''] = /^```ts\n(.*?)^```/ms.exec(readFileSync(`${root}/docs/library.md`, 'utf8')) ?? [];
    writeFileSync(join(directory, 'example.ts'), text);
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync(root, join(directory, 'node_modules/precopy'));
    symlinkSync(join(root, 'node_modules/@types'), join(directory, 'node_modules/@types'));
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--strict',
      '--exactOptionalPropertyTypes',
    ];
    const tsc = [join(root, 'node_modules/typescript/bin/tsc'), ...options, '--types', 'node', 'example.ts'];
    const { stdout, exitCode } = await execa(process.execPath, tsc, { cwd: directory, reject: false });
    expect([exitCode, stdout]).toEqual([0, '']);
    vi.stubEnv('XDG_STATE_HOME', directory);
    example = await import(pathToFileURL(join(directory, 'example.js')).href);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  it('makes the ports of two hosts', async () => {
    const ports = await example.portsFor('shop', fakeHost('a'), fakeHost('b'));
    expect(Object.keys(ports).sort()).toEqual(['clock', 'destination', 'link', 'patience', 'source']);
  });

  it('moves a container, and keeps a journal of it', async () => {
    const world = twoHosts();
    const report = await example.move('shop', 'there', world.ports, new AbortController().signal);
    expect(report.outcome).toBe('migrated');
    expect(world).toMatchObject({ source: 'dead', destination: 'running' });
    const { journals } = await readJournals(join(directory, 'precopy/journal'));
    expect(journals.map(({ header }) => header.container)).toEqual(['shop']);
  });
});

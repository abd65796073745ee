import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { execa } from 'execa';
import { expect } from 'vitest';
import { bundleOf, makeRootfs, startBundle } from '../../bench/containers/run-container.ts';
import type { Host } from '../../engine/ports/host.ts';
import { between, sh } from '../lab/hosts.ts';
import { providedLab } from '../lab/provided.ts';
import { move } from './move.ts';
import type { Scenario } from './scenario.ts';

const source = fileURLToPath(new URL('../fixtures/odd-memory.c', import.meta.url));
const container = { id: 'odd-memory', hostNetwork: false, args: ['/bin/odd-memory', '/looks'] };

const looks = async (host: Host): Promise<readonly string[]> =>
  (await sh(host, 'cat "$1/rootfs/looks" 2>/dev/null; true', bundleOf(container.id))).trim().split('\n');

const install = async (host: Host): Promise<void> => {
  const binary = join(providedLab().stateHome, 'odd-memory');
  await execa('gcc', ['-O1', '-Wall', '-Werror', '-static', '-pthread', '-o', binary, source]);
  const target = `${bundleOf(container.id)}/rootfs/bin/odd-memory`;
  await host.writeFile(`${target}.gz`, await promisify(gzip)(await readFile(binary)), 0o600);
  await sh(host, 'gunzip "$1.gz" && chmod 755 "$1"', target);
};

export const oddMemory: Scenario = {
  name: 'runc: memfd and segments of odd sizes, guard areas, threads',
  smoke: true,
  run: async ({ a, b }) => {
    await makeRootfs(a, container);
    await install(a);
    await startBundle(a, container);
    await expect.poll(async () => (await looks(a)).length, { timeout: 30_000 }).toBeGreaterThan(10);
    await move(container.id, ...between('a', 'b'), '--max-rounds', '3');
    const arrived = (await looks(b)).length;
    await expect.poll(async () => (await looks(b)).length, { timeout: 30_000 }).toBeGreaterThan(arrived + 10);
    const all = await looks(b);
    expect(all.filter((line) => !line.endsWith(' right'))).toEqual([]);
    expect(all.map((line) => Number(line.split(' ')[0]))).toEqual(all.map((_, index) => index + 1));
  },
};

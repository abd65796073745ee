import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fuzz = fileURLToPath(new URL('./fuzz.mjs', import.meta.url));
const largeRound = fileURLToPath(new URL('./large-round.mjs', import.meta.url));

describe('in a process of its own', () => {
  let built: string;

  // A process of its own shows what decoding takes; it wants the library compiled, as it is now.
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'precopy-fuzz-'));
    const options = [
      '--outDir',
      built,
      '--noEmit',
      'false',
      '--rootDir',
      `${root}criu-proto`,
      '--skipLibCheck',
    ];
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      include: [join(root, 'criu-proto')],
    };
    await writeFile(join(built, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(built, 'package.json'), '{"type":"module"}');
    await symlink(join(root, 'node_modules'), join(built, 'node_modules'));
    await symlink(join(root, 'criu-proto/schemas'), join(built, 'schemas'));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await execa(process.execPath, [compiler, '-p', join(built, 'tsconfig.json'), ...options]);
  });

  afterAll(() => rm(built, { recursive: true, force: true }));

  it('damaged images give values or a DecodeError, quickly and in little memory', {
    timeout: 120_000,
  }, async () => {
    const argv = [fuzz, '20000'];
    const { stdout, exitCode, stderr } = await execa(process.execPath, argv, {
      env: { PRECOPY_BUILT: built },
      reject: false,
    });
    expect(`${stderr}${stdout}`).toMatch(/^\{.*\}\n?$/);
    const result: { decoded: number; refused: number; peakMegabytes: number; slowestMilliseconds: number } =
      JSON.parse(stdout);
    expect(result.decoded + result.refused).toBe(20_000);
    // Neither all damage beyond recognition nor none.
    expect(result.decoded).toBeGreaterThan(1000);
    expect(result.refused).toBeGreaterThan(1000);
    expect(result.peakMegabytes).toBeLessThan(200);
    expect(result.slowestMilliseconds).toBeLessThan(1000);
    expect(exitCode).toBe(0);
  });

  it('a round of a million scattered pages is verified in little memory, and then the last dump alone', async () => {
    const { stdout } = await execa(process.execPath, [largeRound, '1000000'], {
      env: { PRECOPY_BUILT: built },
    });
    const result: { entries: number; lastEntries: number; problems: number; peakMegabytes: number } =
      JSON.parse(stdout);
    expect(result).toMatchObject({ entries: 1_000_000, lastEntries: 1000, problems: 0 });
    expect(result.peakMegabytes).toBeLessThan(300);
  }, 120_000);
});

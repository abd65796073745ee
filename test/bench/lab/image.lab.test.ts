import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

const library = fileURLToPath(new URL('../../../dist/bench/lab/index.js', import.meta.url));

/** A process that makes an image in an empty cache, and says what it does. */
const build = (cache: string, labs: string) => {
  const script = `
    import { startLab } from ${JSON.stringify(library)};
    const stop = new AbortController();
    process.on('SIGINT', () => stop.abort());
    await startLab({ owned: true, signal: stop.signal, onProgress: (line) => console.log(line) });
  `;
  const builder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, XDG_CACHE_HOME: cache, PRECOPY_LAB_DIR: labs },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    builder.kill('SIGKILL');
  });
  return builder;
};

/** Resolves once the builder's output shows it. */
const says = async (builder: ReturnType<typeof build>, words: string): Promise<void> => {
  for await (const chunk of builder.stdout) if (String(chunk).includes(words)) return;
  throw new Error(`the build ended before '${words}'`);
};

/** Processes that work in a folder or mention it, and mounts below it. */
const traces = async (folder: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
  return [...lines, ...mounts].filter((line) => line.includes(folder));
};

describe('an image that is not made to the end', () => {
  let place = '';
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'image-'));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it.each(['SIGINT', 'SIGKILL'] as const)('leaves nothing behind when %s ends it', async (signal) => {
    const cache = join(place, 'cache');
    const builder = build(cache, join(place, 'labs'));
    await says(builder, 'extracting archives');
    expect(await traces(cache)).not.toEqual([]);
    const exited = once(builder, 'exit');
    builder.kill(signal);
    await exited;
    await expect.poll(() => traces(cache), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => readdir(join(cache, 'precopy', 'lab')), { timeout: 10_000 }).toEqual([]);
    expect(await readdir(join(place, 'labs')).catch(() => [])).toEqual([]);
  });
});

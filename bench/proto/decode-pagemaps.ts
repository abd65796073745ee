// Decodes the pagemaps of a fragmented process with this library and with crit, in turns, on the same files.
//   node dist/bench/proto/decode-pagemaps.js [--out FILE] [--runs N] [--entries N]
// Prints the medians and their ratio; --out keeps every time as JSON. Root only: crit has a root filesystem of its own.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { critJson, decodeImage, decodePagemap } from '../../criu-proto/index.ts';
import { messageType } from '../../criu-proto/schema.ts';
import { critRoot, runCritPython } from './crit.ts';
import { writeFragmentedPagemaps } from './fragmented-pagemaps.ts';

const GIBIBYTE = 2 ** 30;

/** Times inside Python, in milliseconds: of decoding alone, and with printing JSON. */
const TIME_CRIT = `
import io, json, sys, time
import pycriu
images = [open(path, 'rb').read() for path in sys.argv[1:]]
begun = time.perf_counter()
for image in images:
    pycriu.images.load(io.BytesIO(image))
decoded = time.perf_counter()
for image in images:
    json.dumps(pycriu.images.load(io.BytesIO(image)))
print((decoded - begun) * 1000, (time.perf_counter() - decoded) * 1000)
`;

interface Times {
  /** Bytes to values. */
  readonly decode: number;
  /** Bytes to JSON. */
  readonly json: number;
}

const ofCrit = async (root: string, paths: readonly string[]): Promise<Times> => {
  const stdout = await runCritPython(root, '/time-crit.py', ...paths);
  const [decode = 0, json = 0] = stdout.split(' ').map(Number);
  return { decode, json };
};

/** In a process of its own, as crit is: the first run is as cold as crit's. */
const ofOurs = async (paths: readonly string[]): Promise<Times> => {
  const { stdout } = await execa(process.execPath, [fileURLToPath(import.meta.url), '--once', ...paths]);
  return JSON.parse(stdout);
};

const once = async (paths: readonly string[]): Promise<Times> => {
  // Python has read its schemas when it has imported them; these are read when the first is asked for.
  for (const name of ['pagemap_head', 'pagemap_entry']) messageType(name);
  const images = await Promise.all(paths.map((path) => readFile(path)));
  const begun = performance.now();
  for (const image of images) decodePagemap('pagemap', image);
  const decoded = performance.now();
  for (const image of images) critJson(decodeImage('pagemap', image));
  return { decode: decoded - begun, json: performance.now() - decoded };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const report = (ours: readonly Times[], crit: readonly Times[]): string =>
  (['decode', 'json'] as const)
    .map((what) => {
      const [mine, theirs] = [
        median(ours.map((times) => times[what])),
        median(crit.map((times) => times[what])),
      ];
      return `${what}: precopy ${mine.toFixed(0)} ms, crit ${theirs.toFixed(0)} ms, ratio ${(theirs / mine).toFixed(1)}`;
    })
    .join('\n');

const compare = async (runs: number, entries: number, out: string | undefined): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'precopy-proto-'));
  const root = await critRoot();
  const work = await mkdtemp(join(root, 'tmp', 'precopy-'));
  try {
    const names = await writeFragmentedPagemaps(directory, { bytes: 4 * GIBIBYTE, entries });
    await cp(directory, work, { recursive: true });
    await writeFile(join(root, 'time-crit.py'), TIME_CRIT);
    const ours: Times[] = [];
    const crit: Times[] = [];
    for (let run = 0; run < runs; run += 1) {
      ours.push(await ofOurs(names.map((name) => join(directory, name))));
      crit.push(
        await ofCrit(
          root,
          names.map((name) => join(work, name).slice(root.length)),
        ),
      );
    }
    process.stdout.write(
      `${names.length} pagemaps of ${entries} entries, ${runs} runs\n${report(ours, crit)}\n`,
    );
    const record = { node: process.version, cpu: cpus()[0]?.model, entries, files: names.length, ours, crit };
    if (out !== undefined) await writeFile(out, `${JSON.stringify(record, undefined, 2)}\n`);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  }
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    once: { type: 'boolean' },
    out: { type: 'string' },
    runs: { type: 'string', default: '5' },
    entries: { type: 'string', default: '100000' },
  },
});
if (values.once === true) process.stdout.write(JSON.stringify(await once(positionals)));
else await compare(Number(values.runs), Number(values.entries), values.out);

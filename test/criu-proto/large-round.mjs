// Verifies a round with many entries in its pagemap, as soon as it is there, and then the last dump that builds on it.
//   large-round.mjs [ENTRIES [LAST]]      prints one line of JSON
// PRECOPY_BUILT is the folder of the compiled library, dist/criu-proto if not given.
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

const entries = Number(process.argv[2] ?? 4_000_000);
const last = Number(process.argv[3] ?? 1000);
const built = pathToFileURL(`${resolve(process.env.PRECOPY_BUILT ?? 'dist/criu-proto')}/`);
const { localDirectory, verifyPreDump } = await import(new URL('index.js', built));

const PRESENT = 4;
const IN_PARENT = 1;
const PAGE = 4096;

const varint = (value) => {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
};

const word = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const HEAD = Buffer.concat([word(0x54564319), word(0x56084025), word(2), Buffer.from([8, 1])]);

/** Every second page is in the pagemap, so that no two entries are one run. */
const writeRound = (directory, count, stride, flags) => {
  mkdirSync(directory);
  const pagemap = openSync(join(directory, 'pagemap-1.img'), 'w');
  let parts = [HEAD];
  for (let index = 0; index < count; index += 1) {
    const address = 0x7f0000000000n + BigInt(2 * index * stride * PAGE);
    const entry = Buffer.from([8, ...varint(address), 0x10, 1, 0x20, flags]);
    parts.push(word(entry.length), entry);
    if (parts.length < 100_000 && index < count - 1) continue;
    writeSync(pagemap, Buffer.concat(parts));
    parts = [];
  }
  closeSync(pagemap);
  const pages = openSync(join(directory, 'pages-1.img'), 'w');
  ftruncateSync(pages, flags === PRESENT ? count * PAGE : 0);
  closeSync(pages);
};

const root = mkdtempSync(join(tmpdir(), 'precopy-large-'));
try {
  writeRound(join(root, '0'), entries, 1, PRESENT);
  writeRound(join(root, '1'), last, Math.max(1, Math.floor(entries / last)), IN_PARENT);
  symlinkSync('../0', join(root, '1/parent'));
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const timed = async (directory, earlier) => {
    const begun = performance.now();
    const { problems, rounds } = await verifyPreDump(localDirectory(directory), earlier);
    return {
      problems: problems.length,
      rounds,
      milliseconds: Math.round(10 * (performance.now() - begun)) / 10,
    };
  };
  const first = await timed(join(root, '0'), []);
  const second = await timed(join(root, '1'), first.rounds);
  clearInterval(watch);
  peak = Math.max(peak, process.memoryUsage().rss);
  const result = {
    entries: first.rounds[0].entries,
    firstMilliseconds: first.milliseconds,
    lastEntries: second.rounds[0].entries,
    lastMilliseconds: second.milliseconds,
    problems: first.problems + second.problems,
    peakMegabytes: Math.round(peak / 1e6),
    longestPauseMilliseconds: Math.round(delay.max / 1e5) / 10,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../../../cli/images/images-decode.ts';
import { compare, differenceText } from '../../../cli/images/images-diff.ts';
import { heatText } from '../../../cli/images/images-memory.ts';
import { summaryText } from '../../../cli/images/images-summary.ts';
import { exactJson, visible } from '../../../cli/images/images-text.ts';
import { verificationText } from '../../../cli/images/images-verify.ts';
import {
  localDirectory,
  memoryHeat,
  streamJson,
  summarizeCheckpoint,
  verifyCheckpoint,
} from '../../../criu-proto/index.ts';
import { corpusOf } from '../../criu-proto/corpus.ts';

const { rounds } = corpusOf('4.1.1');

describe('precopy images', () => {
  let directory: string;
  const place = (...parts: readonly string[]): string => join(directory, ...parts);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'precopy-images-'));
    for (const [round, files] of Object.entries(rounds)) {
      await mkdir(place(round));
      for (const [name, { size, bytes, target }] of Object.entries(files)) {
        if (target !== undefined) await symlink(target, place(round, name));
        else await writeFile(place(round, name), bytes ?? new Uint8Array(size));
      }
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('decode prints what crit prints', async () => {
    const name = 'core-1.img';
    let json = '';
    for await (const part of streamJson(await fileSource(place('last', name)))) json += part;
    expect(json).toBe(rounds['last']?.[name]?.crit);
  });

  it('verify prints what was checked, and how long it took', async () => {
    const text = verificationText(await verifyCheckpoint(localDirectory(place('last'))), 12.3);
    expect(text).toMatch(
      /^nothing wrong: 3 rounds, \d+ files of \d\.\d MiB, \d+ processes, \d+ pages in \d+ runs\n/,
    );
    expect(text).toMatch(/checked in 12 ms$/);
  });

  it('verify reads no file through a link', async () => {
    await mkdir(place('linked'));
    await symlink('/etc/hostname', place('linked', 'core-1.img'));
    const { problems } = await verifyCheckpoint(localDirectory(place('linked')));
    expect(problems[0]).toMatchObject({ file: 'core-1.img', problem: 'is a link to /etc/hostname' });
    await expect(localDirectory(place('linked')).read('core-1.img', 0, 10)).rejects.toThrow();
  });

  it('show puts each process below its parent', async () => {
    const lines = summaryText(await summarizeCheckpoint(localDirectory(place('last')))).split('\n');
    const zombie = lines.findIndex((line) => /^ *\d+ {4}zombie /.test(line));
    expect(lines[zombie + 1]).toMatch(/^ *\d+ {6}zombie +zombie /);
    expect(lines).toContain('SOCKETS');
    expect(lines.some((line) => /tcp 127\.0\.0\.1:28801 .*listening/.test(line))).toBe(true);
  });

  it('show includes processes whose parents form a circle', async () => {
    const summary = await summarizeCheckpoint(localDirectory(place('last')));
    const [first, second] = summary.processes;
    if (first === undefined || second === undefined) throw new Error('no processes');
    const circle = [
      { ...first, pid: 1, parent: 2, command: 'one' },
      { ...second, pid: 2, parent: 1, command: 'two' },
    ];
    const text = summaryText({ ...summary, processes: circle });
    expect(text).toMatch(/one[\s\S]*two/);
  });

  it('memory has a column for each round and their sums', async () => {
    const lines = heatText(await memoryHeat(localDirectory(place('last')))).split('\n');
    expect(lines[0]).toMatch(/pid +command +mapping +access +size +round-0 +round-1 +last$/);
    expect(lines.at(-1)).toMatch(/^ +all +[\d,]+ +[\d,]+ +[\d,]+$/);
  });

  it('diff prints fields, files of one side, and bytes of raw files', async () => {
    expect(await compare(place('last'), place('last'))).toEqual([]);
    await mkdir(place('changed'));
    const written = async (name: string, bytes: Uint8Array): Promise<void> =>
      writeFile(place('changed', name), bytes);
    const core = rounds['last']?.['core-3.img']?.bytes ?? new Uint8Array();
    await written('core-1.img', core);
    await written('pages-1.img', Uint8Array.of(0, 0, 1));
    const texts = (await compare(place('last'), place('changed'))).map(differenceText);
    expect(texts.find((text) => text.startsWith('core-1.img'))).toMatch(
      /entries\[0\]\.tc\.comm: "kinds" -> "threads"|and \d+ more/,
    );
    expect(texts).toContain('mm-1.img: only left');
    expect(texts).toContain('pages-1.img: from byte 2');
  });

  it('lets no control character of an image reach the terminal', () => {
    expect(visible('a\u001b[2J\u009b\u202e\udcff')).toBe('a\\u001b[2J\\u009b\\u202e\\udcff');
  });

  it('keeps all digits in JSON', () => {
    expect(exactJson({ a: 2n ** 64n - 1n, b: [], c: { d: 'x' }, e: undefined, f: [1, null] })).toBe(
      '{\n  "a": 18446744073709551615,\n  "b": [],\n  "c": {\n    "d": "x"\n  },\n  "f": [\n    1,\n    null\n  ]\n}',
    );
  });
});

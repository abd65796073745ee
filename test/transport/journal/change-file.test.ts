import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeRequest, PolicyChange } from '../../../engine/model/policy.ts';
import { bytes, millis, pages } from '../../../engine/model/units.ts';
import {
  claimChangeRequest,
  watchChanges,
  writeChangeRequest,
} from '../../../transport/journal/change-file.ts';

const ID = '20260102T030405Z-a1b2c3';
const NAME = `${ID}.jsonl.change`;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'precopy-change-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const change: PolicyChange = {
  maxRounds: 3,
  minDirtyPages: pages(0),
  maxGrowth: 0.5,
  maxDowntime: millis(300),
  maxBandwidth: null,
  maxBandwidthFrozen: bytes(10 ** 7),
};

describe('a change request beside the journal', () => {
  it('is claimed once, unchanged, and its file is removed', async () => {
    const request = await writeChangeRequest(directory, ID, change);
    expect(await claimChangeRequest(directory, ID)).toEqual({ request, change });
    expect(await claimChangeRequest(directory, ID)).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is for one migration only, and no other path', async () => {
    await writeChangeRequest(directory, ID, change);
    expect(await claimChangeRequest(directory, '20260102T030405Z-ffffff')).toBeUndefined();
    await expect(writeChangeRequest(directory, '../../etc/x', change)).rejects.toThrow(
      /not the id of a migration/,
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"request"'],
    ['no name', JSON.stringify({ change: {} })],
    ['a name that is none', JSON.stringify({ request: 'x', change: {} })],
    ['more than a change', JSON.stringify({ request: 'a'.repeat(16), change: {}, argv: ['id'] })],
    ['a limit that cannot be changed', JSON.stringify({ request: 'a'.repeat(16), change: { deadline: 1 } })],
    ['no rounds', JSON.stringify({ request: 'a'.repeat(16), change: { maxRounds: 0 } })],
    ['rounds in words', JSON.stringify({ request: 'a'.repeat(16), change: { maxRounds: '3' } })],
    ['too little bandwidth', JSON.stringify({ request: 'a'.repeat(16), change: { maxBandwidth: 499_999 } })],
    ['bandwidth without end', `{"request":"${'a'.repeat(16)}","change":{"maxBandwidth":1e999}}`],
    ['too much of anything', JSON.stringify({ request: 'a'.repeat(16), change: {}, pad: 'x'.repeat(5000) })],
  ])('is refused and removed where it is %s', async (_, content) => {
    await writeFile(join(directory, NAME), content);
    await expect(claimChangeRequest(directory, ID)).rejects.toThrow(/the change file/);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is refused where it is a link, a pipe or a directory, and the target stays', async () => {
    const elsewhere = join(directory, 'elsewhere');
    await writeFile(elsewhere, JSON.stringify({ request: 'a'.repeat(16), change }));
    const made = [
      () => symlink(elsewhere, join(directory, NAME)),
      async () => void execFileSync('mkfifo', [join(directory, NAME)]),
      () => mkdir(join(directory, NAME)),
    ];
    for (const make of made) {
      await make();
      await expect(claimChangeRequest(directory, ID)).rejects.toThrow(
        /the change file (cannot be opened|is not a regular file)/,
      );
      expect(await readdir(directory)).toEqual(['elsewhere']);
    }
  });

  it('is either valid or refused, whatever its content', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (content) => {
        await writeFile(join(directory, NAME), content);
        await expect(claimChangeRequest(directory, ID)).rejects.toThrow(/no valid change/);
      }),
      { numRuns: 100 },
    );
  });

  it('is found within half a second, until the watch ends', async () => {
    const found: ChangeRequest[] = [];
    const trouble: string[] = [];
    const stop = watchChanges({
      directory,
      migration: ID,
      onChange: (request) => found.push(request),
      onError: (why) => trouble.push(why),
    });
    try {
      await writeFile(join(directory, NAME), 'nonsense');
      await expect
        .poll(() => trouble, { timeout: 500, interval: 20 })
        .toEqual([expect.stringMatching(/no valid change/)]);
      const request = await writeChangeRequest(directory, ID, change);
      await expect.poll(() => found, { timeout: 500, interval: 20 }).toEqual([{ request, change }]);
    } finally {
      stop();
    }
    await writeChangeRequest(directory, ID, change);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(found).toHaveLength(1);
  });
});

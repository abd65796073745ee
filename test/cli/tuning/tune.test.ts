import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import { journalPath } from '../../../transport/journal/journal-path.ts';
import { storedProfile } from '../../../transport/profile/profile-file.ts';
import { migrated } from '../../engine/core/events.ts';
import { profile } from '../../engine/core/loads.ts';
import { header, journalText } from '../../transport/journal/journals.ts';
import { precopy } from '../run-program.ts';

let state: string;
let file: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-cli-tune-'));
  file = join(state, 'shop.json');
  await writeFile(file, JSON.stringify(storedProfile(profile)));
  await mkdir(join(state, 'precopy/journal'), { recursive: true });
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(state, { recursive: true, force: true });
});

const store = (events: readonly MigrationEvent[]): Promise<void> =>
  writeFile(journalPath(join(state, 'precopy/journal'), header.migration), journalText(events));

describe('precopy tune', () => {
  it('recommends from a profile, with the command to paste', async () => {
    const { stdout, exitCode } = await precopy('tune', '--profile', file, '--to=green', '--link-rate=1Gbit');
    expect(exitCode).toBeUndefined();
    expect(stdout).toMatch(/^shop: at 111\.6 MiB\/s, ordinary hosts/);
    expect(stdout).toMatch(/^\* +\d+ +\d/m);
    expect(stdout).toMatch(/^precopy migrate shop --to green( --max-rounds \d+)?$/m);
  });

  it('uses the pace of the newest migration between the hosts', async () => {
    await store(migrated);
    const { stdout } = await precopy('tune', '--profile', file, '--to=green');
    expect(stdout).toContain(`the hosts as in migration ${header.migration}`);
    expect((await precopy('tune', '--profile', file, '--to=red')).stdout).toContain('ordinary hosts');
  });

  it('recommends from a past migration, and says how well the simulator repeats it', async () => {
    await store(migrated);
    const { stdout } = await precopy('tune', '--journal', 'shop');
    expect(stdout).toMatch(/^replayed +with its own thresholds it made 2 rounds/m);
    expect(stdout).toMatch(/^precopy migrate shop --from blue --to green/m);
    const { replay } = JSON.parse((await precopy('tune', '--journal', 'shop', '--json')).stdout);
    expect(replay.simulated.rounds).toBe(replay.rounds);
    expect(replay.simulated.sent / replay.sent).toBeCloseTo(1, 1);
  });

  it('prints its choices as JSON', async () => {
    const { stdout } = await precopy('tune', '--profile', file, '--json');
    const { version, container, front, recommended } = JSON.parse(stdout);
    expect({ version, container }).toEqual({ version: 1, container: 'shop' });
    expect(front).toContainEqual(recommended);
  });

  it('uses a cap on the link, and recommends it too', async () => {
    const words = ['tune', '--profile', file, '--to=green', '--link-rate=1Gbit'] as const;
    const totalOf = async (...more: readonly string[]): Promise<number> =>
      JSON.parse((await precopy(...words, '--json', ...more)).stdout).defaults.total;
    expect(await totalOf('--max-bandwidth=8MiB/s')).toBeGreaterThan(3 * (await totalOf()));
    const { stdout } = await precopy(...words, '--max-bandwidth=8MiB/s');
    expect(stdout).toMatch(
      /^precopy migrate shop --to green( --max-rounds \d+)? --max-bandwidth 8388608B\/s$/m,
    );
  });

  it('says that it guesses when a round takes longer than the memory was watched', async () => {
    const { stdout } = await precopy('tune', '--profile', file, '--link-rate', '10Mbit');
    expect(stdout).toMatch(/^guessed +a round takes [^,]+, and dirtying is known for 16\.00 s only$/m);
  });

  it.each([
    [['tune'], /name a container, a --profile or a --journal/],
    [['tune', 'shop'], /--to HOST/],
    [['tune', 'shop', '--to=b', '--journal=x'], /name only one/],
    [['tune', '--journal=none'], /no migration or container 'none'/],
    [['tune', '--profile=/none'], /no such file/],
    [['tune', '--profile=/dev/null'], /is not a profile/],
    [['tune', '--profile=x', '--link-rate=1'], /1Gbit/],
    [['profile', 'shop', '--for=30'], /30|300ms/],
    [['profile', '../shop'], /is not a container id/],
  ])('%j is refused', async (words, why) => {
    const { exitCode, stderr } = await precopy(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(why);
  });

  it('needs a migration of two rounds or more', async () => {
    await store(migrated.filter((event) => event.kind !== 'round-finished' || event.round.index === 0));
    const { exitCode, stderr } = await precopy('tune', '--journal', 'shop');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('made one round');
  });
});

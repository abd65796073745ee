import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MigrationEvent } from '../../engine/model/event.ts';
import type { Controller } from '../../engine/model/journal.ts';
import { bytes, millis } from '../../engine/model/units.ts';
import { watchChanges } from '../../transport/journal/change-file.ts';
import { thisController } from '../../transport/journal/controller.ts';
import { journalPath } from '../../transport/journal/journal-path.ts';
import { migrated, plan, rolledBack } from '../engine/core/events.ts';
import { type StandIn, standInController } from '../fakes/stand-in-controller.ts';
import { journalText } from '../transport/journal/journals.ts';
import { precopy } from './run-program.ts';

const OLD = '20260102T030405Z-a1b2c3';
const NEW = '20260102T030409Z-0a0a0a';

let state: string;
let directory: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'precopy-cli-journals-'));
  directory = join(state, 'precopy/journal');
  await mkdir(directory, { recursive: true });
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(state, { recursive: true, force: true });
});

const gone: Controller = { ...thisController(), startTime: '1' };

const store = async (
  migration: string,
  events: readonly MigrationEvent[],
  controller: Controller = gone,
  container = 'shop',
): Promise<string> => {
  const path = journalPath(directory, migration);
  await writeFile(path, journalText(events, { migration, controller, container, containerId: container }));
  return path;
};

const inRound1 = migrated.slice(0, 12);
const committed = migrated.slice(
  0,
  migrated.findIndex((event) => event.kind === 'phase' && event.to === 'committed') + 1,
);

describe('precopy status', () => {
  it('says when there are no migrations', async () => {
    expect(await precopy('status')).toEqual({ exitCode: undefined, stdout: 'no migrations\n', stderr: '' });
    expect(JSON.parse((await precopy('status', '--json')).stdout)).toEqual({ version: 1, migrations: [] });
  });

  it('lists migrations, the newest first, and reports damaged journals', async () => {
    await store(OLD, rolledBack);
    await store(NEW, inRound1, thisController(), 'till');
    await writeFile(journalPath(directory, '20250102T030409Z-0a0a0a'), 'nonsense\n');
    const { stdout, stderr } = await precopy('status');
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
      ['migration', 'container', 'from → to', 'state', 'rounds'],
      [NEW, 'till', 'blue → green', 'pre-copy', '2'],
      [OLD, 'shop', 'blue → green', 'rolled-back', '2'],
      [''],
    ]);
    expect(stderr).toMatch(/20250102T030409Z-0a0a0a\.jsonl, line 1/);
  });

  it.each([
    ['its id', OLD],
    ['the beginning of that', OLD.slice(0, 15)],
    ['its container', 'shop'],
  ])('shows a migration by %s', async (_, wanted) => {
    await store(OLD, migrated);
    await store(NEW, inRound1, gone, 'till');
    const { stdout, exitCode } = await precopy('status', wanted);
    expect(exitCode).toBeUndefined();
    expect(stdout).toMatch(/^shop: blue → green/);
    expect(stdout).toMatch(/outcome {3}migrated: shop runs on green/);
    expect(JSON.parse((await precopy('status', wanted, '--json')).stdout)).toMatchObject({
      version: 1,
      migration: OLD,
      standing: 'over',
      phase: 'done',
      outcome: 'migrated',
      interrupted: false,
      rounds: [{ index: 0 }, { index: 1 }],
      controller: { pid: process.pid },
    });
  });

  it.each([
    ['several', '20260102T0304', /beginning of several migrations/],
    ['none', 'nobody', /no migration or container 'nobody'/],
    ['no migration in particular', '', /name a migration or a container/],
  ])('refuses a name that means %s', async (_, wanted, expected) => {
    await store(OLD, migrated);
    await store(NEW, inRound1, gone, 'till');
    const { exitCode, stderr } = await precopy('status', wanted);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(expected);
  });

  it('has no outcome where there is none, in JSON too', async () => {
    await store(OLD, inRound1);
    const printed: unknown = JSON.parse((await precopy('status', OLD, '--json')).stdout);
    expect(printed).toMatchObject({ standing: 'cut-short', phase: 'pre-copy' });
    expect(printed).not.toHaveProperty('outcome');
  });
});

describe('precopy status --follow', () => {
  const interrupted = rolledBack.toSpliced(-4, 0, { at: millis(6000), kind: 'interrupted' });

  it.each([
    ['migrated', migrated, 0],
    ['rolled back', rolledBack, 4],
    ['interrupted', interrupted, 130],
    ['cut short', inRound1, 6],
  ])('has the exit code of migrate: %s', async (_, events, expected) => {
    await store(OLD, events);
    const { exitCode, stdout, stderr } = await precopy('status', OLD, '--follow');
    expect(exitCode).toBe(expected);
    expect(stderr).toMatch(/^migration .*: shop from blue to green.*\nphase: preflight\n/);
    expect(stdout).toMatch(/^shop: blue → green/);
  });

  it('without an id follows the one under way', async () => {
    await store(NEW, migrated, gone, 'till');
    expect(await precopy('status', '--follow')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no migration is under way/),
    });
  });
});

describe('precopy abort', () => {
  let standIn: StandIn;
  beforeEach(async () => {
    standIn = await standInController();
  });
  afterEach(() => standIn.end());

  it('interrupts the controller and prints the outcome', async () => {
    const path = await store(OLD, inRound1, standIn.controller);
    await standIn.onInterruption(path, rolledBack.slice(inRound1.length));
    const { exitCode, stdout, stderr } = await precopy('abort', OLD);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'rolled back: shop runs on blue as before\n',
    });
    expect(stderr).toMatch(/asked process \d+ to roll back/);
  });

  it('says when the commit came first', async () => {
    const path = await store(OLD, inRound1, standIn.controller);
    await standIn.onInterruption(path, migrated.slice(inRound1.length));
    expect(await precopy('abort', 'shop')).toMatchObject({
      exitCode: 3,
      stdout: 'too late: migrated: shop runs on green\n',
    });
  });

  it('does nothing past the commit', async () => {
    await store(OLD, committed, standIn.controller);
    expect(await precopy('abort', OLD)).toMatchObject({
      exitCode: 3,
      stdout: 'nothing was done: the migration is past the commit, and shop is on green\n',
    });
    expect(standIn.interruptions()).toBe(0);
  });

  it('does nothing to a migration that is over', async () => {
    await store(OLD, rolledBack, standIn.controller);
    expect(await precopy('abort', OLD)).toMatchObject({
      exitCode: 3,
      stdout: 'the migration is over already: rolled back: shop runs on blue as before\n',
    });
    expect(standIn.interruptions()).toBe(0);
  });

  it.each([
    ['another process has its number', { startTime: '1' }],
    ['the machine was started again', { boot: 'another' }],
  ])('prints the last status where the controller is gone and %s', async (_, changed) => {
    await store(OLD, inRound1, { ...standIn.controller, ...changed });
    const { exitCode, stdout } = await precopy('abort', OLD);
    expect(exitCode).toBe(6);
    expect(stdout).toMatch(/Cut short in phase pre-copy.*precopy recover/s);
    expect(standIn.interruptions()).toBe(0);
  });

  it('names the machine on which the migration was started', async () => {
    await store(OLD, inRound1, { ...standIn.controller, host: 'other-desk' });
    expect(await precopy('abort', OLD)).toMatchObject({
      exitCode: 3,
      stdout: `the migration was started on other-desk; run on that machine: precopy abort ${OLD}\n`,
    });
    expect(standIn.interruptions()).toBe(0);
  });

  it('says when the controller ends without an outcome', async () => {
    const path = await store(OLD, inRound1, standIn.controller);
    await standIn.onInterruption(path, []);
    const { exitCode, stdout } = await precopy('abort', OLD);
    expect(exitCode).toBe(6);
    expect(stdout).toMatch(/state {5}cut short: pre-copy/);
  });
});

describe('precopy set', () => {
  /** Answers the change request as a controller would. */
  const answering = async (
    path: string,
    answer: (request: string) => MigrationEvent,
    work: () => Promise<void>,
  ): Promise<void> => {
    const stop = watchChanges({
      directory,
      migration: OLD,
      onChange: ({ request }) => void appendFile(path, `${JSON.stringify(answer(request))}\n`),
      onError: (why) => {
        throw new Error(why);
      },
    });
    try {
      await work();
    } finally {
      stop();
    }
  };
  const { policy } = plan;

  it('gives the change to the controller, and prints what the controller did', async () => {
    const path = await store(OLD, inRound1, thisController());
    const to = { ...policy, maxBandwidth: bytes(12_500_000) };
    const answer = (request: string): MigrationEvent => ({
      at: millis(7000),
      kind: 'policy-changed',
      request,
      from: policy,
      to,
    });
    await answering(path, answer, async () => {
      expect(await precopy('set', 'shop', '--max-bandwidth', '100Mbit/s')).toMatchObject({
        exitCode: undefined,
        stdout: 'max-bandwidth none → 11.9 MiB/s\n',
      });
    });
    expect(await readdir(directory)).toEqual([`${OLD}.jsonl`]);
  });

  it("prints the controller's reason to refuse", async () => {
    const path = await store(OLD, inRound1, thisController());
    const answer = (request: string): MigrationEvent => ({
      at: millis(7000),
      kind: 'change-refused',
      request,
      why: 'no perl on blue',
    });
    await answering(path, answer, async () => {
      expect(await precopy('set', OLD, '--max-downtime', 'none')).toMatchObject({
        exitCode: 3,
        stdout: 'nothing was changed: no perl on blue\n',
      });
    });
  });

  it.each([
    ['is over', rolledBack, {}, /the migration is over already/],
    ['is past its rounds', committed, {}, /past its rounds \(phase committed\)/],
    ['was cut short', inRound1, { startTime: '1' }, /is gone; run: precopy recover 2026/],
    [
      'was started on another machine',
      inRound1,
      { host: 'other-desk' },
      /on other-desk; run on that machine: precopy set 2026/,
    ],
  ])('refuses a migration that %s, and leaves no request', async (_, events, changed, expected) => {
    await store(OLD, events, { ...thisController(), ...changed });
    const { exitCode, stdout } = await precopy('set', OLD, '--max-bandwidth', '1MiB/s');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(expected);
    expect(await readdir(directory)).toEqual([`${OLD}.jsonl`]);
  });

  it.each([
    ['no such migration', ['nobody', '--max-rounds', '2'], /no migration or container 'nobody'/],
    ['nothing to change', [OLD], /name a limit to change/],
    ['a rate without its unit', [OLD, '--max-bandwidth', '100'], /100Mbit\/s, 1Gbit\/s, 10MiB\/s or 50MB\/s/],
    ['a limit that must be there', [OLD, '--max-rounds', 'none'], /whole number, 1 or more/],
  ])('refuses %s', async (_, words, expected) => {
    await store(OLD, inRound1, thisController());
    const { exitCode, stderr } = await precopy('set', ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(expected);
  });
});

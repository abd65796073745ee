import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportOf } from '../../../engine/core/report.ts';
import { InvalidInput } from '../../../engine/model/errors.ts';
import type { MigrationEvent } from '../../../engine/model/event.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { millis } from '../../../engine/model/units.ts';
import { statusOf } from '../../../engine/observe/status/status.ts';
import { journalPath } from '../../../transport/journal/journal-path.ts';
import { readJournal, resumeJournal } from '../../../transport/journal/journal-store.ts';
import { lockJournal } from '../../../transport/journal/lock.ts';
import { readPlan } from '../../../transport/journal/read-plan.ts';
import { migrated, plan } from '../../engine/core/events.ts';
import { container, docker } from '../../fakes/facts.ts';
import { header, journalText } from './journals.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'precopy-recovery-'));
  path = journalPath(directory, plan.migration);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const store = (events: readonly MigrationEvent[]): Promise<void> => writeFile(path, journalText(events));
const cutShort = migrated.slice(0, 11);

describe('the plan of a journal', () => {
  const ofDocker: Plan = {
    ...plan,
    container: container({ docker: docker() }),
    docker: {
      shipImage: true,
      layersPresent: 1,
      createNetworks: ['app'],
      mounts: [{ name: 'data', fate: 'copy' }],
      tcp: 'close',
      attach: 'restore',
      runcRoot: '/run/docker/runtime-runc/moby',
      removeSource: false,
    },
  };

  it.each([
    ['runc', plan],
    ['Docker', ofDocker],
  ])('is read completely, of %s', async (_, each) => {
    await store([{ at: millis(0), kind: 'planned', plan: each }]);
    expect(await readPlan(directory, plan.migration)).toEqual(each);
  });

  it('of a version without page channels has plain pages', async () => {
    const { pages: _, ...older } = plan;
    const lines = [header, { at: 0, kind: 'planned', plan: older }].map((line) => JSON.stringify(line));
    await writeFile(path, `${lines.join('\n')}\n`);
    expect((await readPlan(directory, plan.migration)).pages.channel).toBe('plain');
    expect(reportOf((await readJournal(directory, plan.migration))?.events ?? []).pageChannel).toBe('plain');
  });

  it('is refused with a remedy where it lacks what this version needs', async () => {
    const { begun: _, ...older } = plan.container;
    await writeFile(
      path,
      `${JSON.stringify(header)}\n${JSON.stringify({ at: 0, kind: 'planned', plan: { ...plan, container: older } })}\n`,
    );
    const reading = readPlan(directory, plan.migration);
    await expect(reading).rejects.toThrow(InvalidInput);
    await expect(reading).rejects.toThrow(/another version of precopy \(container\.begun.*By hand/);
  });

  it.each(['relative', '/with\nline'])('is refused where a directory is %j', async (sourceDirectory) => {
    await store([{ at: millis(0), kind: 'planned', plan: { ...plan, sourceDirectory } }]);
    await expect(readPlan(directory, plan.migration)).rejects.toThrow(/sourceDirectory/);
  });

  it('is refused where there is none', async () => {
    await store([]);
    await expect(readPlan(directory, plan.migration)).rejects.toThrow(/has no plan/);
  });
});

describe('a journal that a recovery continues', () => {
  const recovery: readonly MigrationEvent[] = [
    { at: millis(9000), kind: 'recovery', source: 'dead', destination: 'held', decision: 'resume' },
    { at: millis(9900), kind: 'finished', outcome: 'migrated' },
  ];

  it('has the outcome then, and the duration of the migration itself', async () => {
    await store(cutShort);
    const writer = resumeJournal(directory, plan.migration, () => {});
    recovery.forEach(writer.write);
    await writer.close();
    const journal = await readJournal(directory, plan.migration);
    expect(journal?.events.slice(-2)).toEqual(recovery);
    const report = reportOf(journal?.events ?? []);
    expect(report).toMatchObject({ outcome: 'migrated', total: reportOf(cutShort).total });
    expect(journal && statusOf(journal, report, 'gone').standing).toBe('over');
  });

  it('loses only the line that was cut short in mid-write', async () => {
    await store(cutShort);
    await appendFile(path, '{"at":1,"kin');
    const writer = resumeJournal(directory, plan.migration, () => {});
    recovery.forEach(writer.write);
    await writer.close();
    expect(await readFile(path, 'utf8')).toBe(journalText([...cutShort, ...recovery]));
  });

  it('has the later of two outcomes', () => {
    const doubt: MigrationEvent = { at: millis(7000), kind: 'finished', outcome: 'in-doubt' };
    expect(reportOf([...cutShort, doubt]).outcome).toBe('in-doubt');
    expect(reportOf([...cutShort, doubt, ...recovery])).toMatchObject({ outcome: 'migrated', total: 2000 });
  });

  it('is locked by one recovery at a time', async () => {
    await store(cutShort);
    const lock = await lockJournal(directory, plan.migration);
    await expect(lockJournal(directory, plan.migration)).rejects.toThrow(
      /another precopy recover works on migration/,
    );
    await lock.release();
    await (await lockJournal(directory, plan.migration)).release();
  });
});

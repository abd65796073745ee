import { describe, expect, it } from 'vitest';
import { millis } from '../../../engine/model/units.ts';
import { type JournalWriter, journalWriter } from '../../../transport/journal/journal-writer.ts';
import { migrated } from '../../engine/core/events.ts';
import { type FakeJournalFile, fakeJournalFile } from '../../fakes/journal-file.ts';
import { header, journalText } from './journals.ts';

interface Setting {
  readonly file: FakeJournalFile;
  readonly writer: JournalWriter;
  readonly troubles: readonly unknown[];
}

const start = (): Setting => {
  const file = fakeJournalFile();
  const troubles: unknown[] = [];
  return { file, writer: journalWriter(file, header, (cause) => troubles.push(cause)), troubles };
};

const [planned, preflight, synced] = migrated;
if (planned === undefined || preflight === undefined || synced === undefined) throw new Error('no events');

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a journal being written', () => {
  it('has each event as soon as it happened, one write for each line', () => {
    const { file, writer } = start();
    for (const [index, event] of migrated.entries()) {
      writer.write(event);
      expect(file.text).toBe(journalText(migrated.slice(0, index + 1)));
    }
    expect(file.calls.filter((call) => call === 'append')).toHaveLength(migrated.length + 1);
  });

  it('is durable up to the last event after `durable`', async () => {
    const { file, writer } = start();
    for (const event of migrated) writer.write(event);
    expect(file.durable).toBe('');
    await writer.durable();
    expect(file.durable).toBe(journalText(migrated));
  });

  it('is synced after phases, decisions and other milestones', async () => {
    const { file, writer } = start();
    writer.write(preflight);
    await settled();
    expect(file.durable).toBe(journalText([preflight]));
    writer.write(synced);
    await settled();
    expect(file.durable).toBe(journalText([preflight]));
  });

  it('is durable only by a sync that began after the event was written', async () => {
    const { file, writer } = start();
    file.disk = 'slow';
    writer.write(preflight);
    await settled();
    writer.write(synced);
    let done = false;
    const waited = writer.durable().then(() => {
      done = true;
    });
    file.catchUp();
    await settled();
    expect({ done, durable: file.durable }).toEqual({ done: false, durable: journalText([preflight]) });
    file.catchUp();
    await waited;
    expect(file.durable).toBe(journalText([preflight, synced]));
  });

  it('does not delay a migration for a disk that hangs', async () => {
    const { file, writer, troubles } = start();
    file.disk = 'slow';
    writer.write(preflight);
    const begun = performance.now();
    await writer.durable();
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(troubles).toEqual([]);
    file.catchUp();
  });

  it('reports a full disk once, and has every event when there is space again', async () => {
    const { file, writer, troubles } = start();
    writer.write(planned);
    file.disk = 'full';
    writer.write(preflight);
    writer.write(synced);
    await writer.durable();
    expect(troubles).toHaveLength(1);
    expect(file.text).toBe(journalText([planned]));
    file.disk = 'fine';
    writer.write({ at: millis(9000), kind: 'warning', message: 'and on' });
    expect(file.text).toBe(
      journalText([planned, preflight, synced, { at: millis(9000), kind: 'warning', message: 'and on' }]),
    );
    expect(troubles).toHaveLength(1);
  });

  it('is not started when its first line cannot be written', () => {
    const file = fakeJournalFile();
    file.disk = 'full';
    expect(() => journalWriter(file, header, () => {})).toThrow(/no space left/);
  });

  it('is durable when it is closed', async () => {
    const { file, writer } = start();
    writer.write(synced);
    await writer.close();
    expect(file.durable).toBe(journalText([synced]));
    expect(file.calls.at(-1)).toBe('close');
  });
});

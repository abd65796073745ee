import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../../engine/model/event.ts';
import { followJournal } from '../../../transport/journal/follow.ts';
import { journalPath } from '../../../transport/journal/journal-path.ts';
import { migrated } from '../../engine/core/events.ts';
import { header, journalText } from './journals.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'precopy-follow-'));
  path = journalPath(directory, header.migration);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Following {
  readonly events: readonly RecordedEvent[];
  readonly ended: Promise<void>;
}

const follow = (mayGrow: () => boolean, signal: AbortSignal = new AbortController().signal): Following => {
  const events: RecordedEvent[] = [];
  const all = async (): Promise<void> => {
    for await (const event of followJournal({ directory, migration: header.migration, mayGrow, signal }))
      events.push(event);
  };
  return { events, ended: all() };
};

const lines = journalText(migrated).split(/(?<=\n)/);

describe('a journal that is followed', () => {
  it('yields existing and new complete lines, until the outcome', async () => {
    await writeFile(path, lines.slice(0, 4).join(''));
    const { events, ended } = follow(() => true);
    await expect.poll(() => events.length).toBe(3);
    const [first = '', ...rest] = lines.slice(4);
    await appendFile(path, first.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toHaveLength(3);
    await appendFile(path, first.slice(10));
    await expect.poll(() => events.length).toBe(4);
    for (const line of rest) await appendFile(path, line);
    await ended;
    expect(events.slice(1)).toEqual(migrated.slice(1));
  });

  it('ends at once where it has an outcome', async () => {
    await writeFile(path, lines.join(''));
    const { events, ended } = follow(() => true);
    await ended;
    expect(events).toHaveLength(migrated.length);
  });

  it('ends when its controller is gone, after all its events', async () => {
    await writeFile(path, lines.slice(0, 2).join(''));
    let alive = true;
    const { events, ended } = follow(() => alive);
    await expect.poll(() => events.length).toBe(1);
    await appendFile(path, lines.slice(2, 5).join(''));
    alive = false;
    await ended;
    expect(events).toHaveLength(4);
  });

  it('ends with the signal', async () => {
    await writeFile(path, lines.slice(0, 2).join(''));
    const controller = new AbortController();
    const { ended } = follow(() => true, controller.signal);
    controller.abort();
    await ended;
  });
});

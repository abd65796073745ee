import type { JournalFile } from '../../transport/journal/journal-file.ts';

/** A journal file in memory, on a disk that can be full, broken or slow. */
export interface FakeJournalFile extends JournalFile {
  /** What a crash of the machine would leave, and what a reader sees now. */
  readonly durable: string;
  readonly text: string;
  /** Every call, in order. */
  readonly calls: readonly string[];
  disk: 'fine' | 'full' | 'slow';
  /** Lets syncs end that a slow disk holds up. */
  catchUp(): void;
}

export const fakeJournalFile = (): FakeJournalFile => {
  let text = '';
  let durable = '';
  let disk: FakeJournalFile['disk'] = 'fine';
  const calls: string[] = [];
  const held: (() => void)[] = [];
  return {
    get text() {
      return text;
    },
    get durable() {
      return durable;
    },
    calls,
    get disk() {
      return disk;
    },
    set disk(state) {
      disk = state;
    },
    catchUp: () => {
      for (const each of held.splice(0)) each();
    },
    append: (line) => {
      calls.push('append');
      if (disk === 'full') throw new Error('no space left on device');
      text += line;
    },
    sync: async () => {
      const covered = text;
      calls.push('sync');
      if (disk === 'slow') await new Promise<void>((resolve) => held.push(resolve));
      durable = covered;
      calls.push('synced');
    },
    close: () => {
      calls.push('close');
    },
  };
};

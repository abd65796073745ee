import { readFileSync } from 'node:fs';

/** Where the source's keeper is in the hand-over, and what it does: the table that the script final-dump.sh itself goes by. */
export type TableState = 'waiting' | 'dumping' | 'handed-over' | 'killing' | 'thawing' | 'dead' | 'ended';
export type Sender = 'peer' | 'controller' | 'hold' | 'dump' | 'keeper';
export type Action =
  | 'start-dump'
  | 'ask-for-restore'
  | 'kill'
  | 'thaw'
  | 'commit'
  | 'resume-again'
  | 'report-resumed'
  | 'stop-resuming'
  | 'give-up'
  | 'report-thawed'
  | '-';

export interface Row {
  readonly state: TableState | '*';
  readonly from: Sender;
  readonly word: string;
  readonly next: TableState | '=';
  readonly action: Action;
}

const file = new URL('../../transport/scripts/hand-over.table', import.meta.url);

export const rows: readonly Row[] = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => /^[a-z*]/.test(line))
  .map((line) => {
    const [state, from, word, next, action] = line.split(/ +/);
    // A test compares the words with those that are known here.
    return { state, from, word, next, action } as Row;
  });

/** The row for a word. `undefined`: the word changes nothing. */
export const rowFor = (state: TableState, from: Sender, word: string): Row | undefined => {
  const rowIn = (row: TableState | '*'): Row | undefined =>
    rows.find((each) => each.state === row && each.from === from && each.word === word);
  return rowIn(state) ?? rowIn('*');
};

import { describe, expect, it } from 'vitest';
import { scriptText } from '../../transport/door/script.ts';
import { rowFor, rows, type TableState } from './table.ts';

const states: readonly TableState[] = [
  'waiting',
  'dumping',
  'handed-over',
  'killing',
  'thawing',
  'dead',
  'ended',
];

describe('the table of the hand-over', () => {
  it('has states, senders and actions that the keeper knows, and all of them', () => {
    const keeper = scriptText('final-dump');
    const [, cases = ''] = /case \$\{row#\* \} in\n(.*?)\n {2}esac/s.exec(keeper) ?? [];
    const actions = [...cases.matchAll(/^ {4}([a-z| -]+)\)/gm)].flatMap(([, each = '']) => each.split(' | '));
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set([...actions, '-']));
    expect(rows.filter(({ state }) => state !== '*' && !states.includes(state))).toEqual([]);
    expect(rows.filter(({ next }) => next !== '=' && !states.includes(next))).toEqual([]);
    for (const { from, word } of rows)
      expect(keeper).toMatch(
        from === 'peer' ? /echo "peer \$word"/ : new RegExp(`\\b${from}\\b.*\\b${word}\\b`),
      );
  });

  it('says one thing of each word in each state', () => {
    const keys = rows.map(({ state, from, word }) => `${state} ${from} ${word}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('is travelled with by the keeper, whole', () => {
    const keeper = scriptText('final-dump');
    for (const { state, from, word } of rows)
      expect(keeper).toMatch(new RegExp(`^${state.replace('*', '\\*')} +${from} +${word} `, 'm'));
  });

  it('leads to the verdict `kill` only from a restore that was asked for, by the word of the destination', () => {
    expect(rows.filter(({ action }) => action === 'kill')).toEqual([
      { state: 'handed-over', from: 'peer', word: 'prepared', next: 'killing', action: 'kill' },
    ]);
    expect(rows.filter(({ next }) => next === 'killing')).toHaveLength(1);
  });

  it('leads to the commit only by the death of the source', () => {
    for (const row of rows.filter(
      ({ action, state, next }) => action === 'commit' || (next === 'dead' && state !== 'dead'),
    ))
      expect(row).toMatchObject({
        next: 'dead',
        action: 'commit',
        word: expect.stringMatching(/^(killed|died)$/),
      });
  });

  it('takes no verdict back, whatever the controller or the destination says', () => {
    for (const state of ['killing', 'thawing', 'dead'] as const)
      for (const { from, word } of rows.filter((row) => row.from === 'peer' || row.from === 'controller'))
        expect([state, '=', undefined]).toContain(rowFor(state, from, word)?.next);
  });
});

import { printable } from './printable.ts';

/** Columns that everything written for people fits in. */
const COLUMNS = 80;

/** Breaks a text at spaces; its first line follows `label`, the others are indented to match. */
export const wrapped = (label: string, text: string, columns: number = COLUMNS): readonly string[] => {
  const room = Math.max(20, columns - label.length);
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each, index) => `${index === 0 ? label : ' '.repeat(label.length)}${each}`);
};

/** Rows of cells as lines: columns of words, as a rule the first, to the left, the others, being figures, to the right. */
export const table = (
  rows: readonly (readonly string[])[],
  words: readonly number[] = [0],
): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return words.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
};

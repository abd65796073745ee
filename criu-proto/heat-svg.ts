import { type Heat, type MappingHeat, PARTS, type RoundHeat } from './heat.ts';
import { PAGE } from './pages.ts';

const LAYOUT = { labels: 420, part: 4, gap: 6, row: 16, top: 64, margin: 16 } as const;
/** Wider than any screen, and mappings beyond are small. */
const MOST_ROWS = 400;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML may hold it: names come from the images, and may hold anything. */
const xml = (text: string): string =>
  text
    .replaceAll(/[^\u0020-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

/** From pale to dark: how much of a part a round brought. */
const colour = (share: number): string =>
  `hsl(${Math.round(55 - 55 * share)} 90% ${Math.round(88 - 48 * share)}%)`;

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}"${attributes}>${xml(content)}</text>`;

const pagesIn = ({ start, end }: MappingHeat): number => Number(end - start) / PAGE;

const total = ({ rounds }: MappingHeat): number => rounds.reduce((sum, { pages }) => sum + pages, 0);

const cellWidth = PARTS * LAYOUT.part;
const columnOf = (round: number): number => LAYOUT.labels + round * (cellWidth + LAYOUT.gap);

const cell = (mapping: MappingHeat, { pages, parts }: RoundHeat, round: number, y: number): string => {
  const x = columnOf(round);
  const perPart = pagesIn(mapping) / PARTS;
  const marks = parts.flatMap((count, part) => {
    const share = Math.min(1, count / perPart);
    if (share === 0) return [];
    const at = x + part * LAYOUT.part;
    return [
      `<rect x="${at}" y="${y}" width="${LAYOUT.part}" height="${LAYOUT.row - 3}" fill="${colour(share)}"/>`,
    ];
  });
  const ground = `<rect x="${x}" y="${y}" width="${cellWidth}" height="${LAYOUT.row - 3}" fill="#eee"/>`;
  return `<g><title>${pages} pages</title>${ground}${marks.join('')}</g>`;
};

const labelOf = ({ pid, command, name, access }: MappingHeat): string => {
  const owner = pid === undefined ? '' : `${pid} ${command} `;
  const label = `${owner}${name} ${access}`;
  return label.length <= 62 ? label : `${label.slice(0, 30)}…${label.slice(-31)}`;
};

const row = (mapping: MappingHeat, index: number): string => {
  const y = LAYOUT.top + index * LAYOUT.row;
  const cells = mapping.rounds.map((round, column) => cell(mapping, round, column, y));
  return text(LAYOUT.margin, y + 11, labelOf(mapping)) + cells.join('');
};

/** The order of columns, with what each round brought over all. */
const heads = ({ rounds, mappings }: Heat): string =>
  rounds
    .map((path, round) => {
      const pages = mappings.reduce((sum, mapping) => sum + (mapping.rounds[round]?.pages ?? 0), 0);
      const name = path.split('/').at(-1) ?? '';
      return (
        text(columnOf(round), LAYOUT.top - 22, name, ' font-weight="bold"') +
        text(columnOf(round), LAYOUT.top - 8, `${pages.toLocaleString('en')} pages`)
      );
    })
    .join('');

/**
 * A picture of a chain: a row for each mapping, a column for each round, and in each cell the mapping from its first address
 * to its last, the darker the more of it the round brought.
 */
export const heatSvg = (heat: Heat): string => {
  const shown = heat.mappings.toSorted((a, b) => total(b) - total(a)).slice(0, MOST_ROWS);
  const width = columnOf(heat.rounds.length) + LAYOUT.margin;
  const height = LAYOUT.top + shown.length * LAYOUT.row + LAYOUT.margin;
  const left = heat.mappings.length - shown.length;
  const title = `Memory by mapping and round${left > 0 ? `, without the ${left} mappings of fewest pages` : ''}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="monospace" font-size="11">`,
    '<rect width="100%" height="100%" fill="white"/>',
    text(LAYOUT.margin, 22, title, ' font-size="14"'),
    heads(heat),
    ...shown.map(row),
    '</svg>',
    '',
  ].join('\n');
};

import type { Choice, Tuning } from '../model/simulation.ts';
import { bytes, millis } from '../model/units.ts';
import { size, time } from './format.ts';

const LAYOUT = { width: 760, height: 460, left: 90, right: 30, top: 50, bottom: 60, dot: 9 } as const;
/** Lines of the grid along each axis. */
const STEPS = 5;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML may hold it: a container may be called anything. */
const xml = (text: string): string =>
  text
    .replaceAll(/[^\u0020-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${attributes}>${xml(content)}</text>`;

interface Scale {
  readonly least: number;
  readonly most: number;
  at(value: number): number;
}

/** A range narrower than this share of the values is drawn as wide, so that a small difference looks small. */
const NARROWEST = 0.1;
const MARGIN = 0.15;

const scale = (values: readonly number[], from: number, to: number): Scale => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = Math.max(high - low, high * NARROWEST, 1);
  const least = Math.max(0, (low + high - range) / 2 - range * MARGIN);
  const most = (low + high + range) / 2 + range * MARGIN;
  return { least, most, at: (value) => from + ((value - least) / (most - least)) * (to - from) };
};

const partOf = ({ least, most }: Scale, share: number): number => least + (most - least) * share;

const sentOf = ({ simulation }: Choice): number => simulation.sent;
const downtimeOf = ({ simulation }: Choice): number => simulation.downtime.total;

const asSize = (value: number): string => size(bytes(value));
const asTime = (value: number): string => time(millis(value));

const grid = (x: Scale, y: Scale): string => {
  const { left, right, top, bottom, width, height } = LAYOUT;
  const lines: string[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const [sent, downtime] = [partOf(x, step / STEPS), partOf(y, step / STEPS)];
    const [atX, atY] = [x.at(sent).toFixed(1), y.at(downtime).toFixed(1)];
    lines.push(
      `<path d="M${atX} ${top}V${height - bottom}M${left} ${atY}H${width - right}" stroke="#ddd" fill="none"/>`,
      text(x.at(sent), height - bottom + 18, asSize(sent), ' text-anchor="middle"'),
      text(left - 8, y.at(downtime) + 4, asTime(downtime), ' text-anchor="end"'),
    );
  }
  return lines.join('\n');
};

const mark = (choice: Choice, recommended: boolean, x: Scale, y: Scale): string => {
  const [atX, atY] = [x.at(sentOf(choice)), y.at(downtimeOf(choice))];
  const rounds = String(choice.simulation.rounds.length);
  const colour = recommended ? '#b02020' : '#2f5fb3';
  const dot = `<circle cx="${atX.toFixed(1)}" cy="${atY.toFixed(1)}" r="${LAYOUT.dot}" fill="${colour}"/>`;
  const title = `${asTime(downtimeOf(choice))}, ${asSize(sentOf(choice))}, ${time(choice.simulation.total)} in all`;
  const label = text(atX, atY + 4, rounds, ' text-anchor="middle" font-size="11" fill="white"');
  return `<g><title>${xml(title)}</title>${dot}${label}</g>`;
};

/** A picture of the front: downtime over bytes, a dot for each choice with its number of rounds. */
export const frontSvg = (container: string, { front, recommended }: Tuning): string => {
  const { width, height, left, right, top, bottom } = LAYOUT;
  const x = scale(front.map(sentOf), left, width - right);
  const y = scale(front.map(downtimeOf), height - bottom, top);
  const line = front
    .map((choice) => `${x.at(sentOf(choice)).toFixed(1)},${y.at(downtimeOf(choice)).toFixed(1)}`)
    .join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    text(left, 28, `${container}: what rounds buy`, ' font-size="15"'),
    text(width - right, 28, 'dots: number of rounds; red: recommended', ' text-anchor="end"'),
    grid(x, y),
    text((left + width - right) / 2, height - 16, 'memory sent', ' text-anchor="middle"'),
    text(left, top - 6, 'downtime'),
    `<polyline points="${line}" fill="none" stroke="#9bd"/>`,
    ...front.map((choice) => mark(choice, choice === recommended, x, y)),
    '</svg>',
    '',
  ].join('\n');
};

import type { DirtyProfile, DirtyWindow } from '../model/profile.ts';
import { pagesToBytes } from '../model/units.ts';
import { count, pageRate, percent, size, time } from './format.ts';
import { table } from './layout.ts';
import { printable } from './printable.ts';

/** One look at a container that is watched. */
export const lookText = ({ window, dirty }: DirtyWindow): string =>
  `${time(window)}: ${count(dirty)} pages (${pageRate(dirty, window)})`;

/** A profile for people: how much there is, and how much of it gets dirty in how long. */
export const profileText = ({
  container,
  from,
  memory,
  privatePages,
  windows,
}: DirtyProfile): readonly string[] => {
  const shared =
    memory.anonymousShared > 0 ? `, ${size(memory.anonymousShared)} shared, sent whole by every round` : '';
  const there = pagesToBytes(privatePages);
  return [
    printable(
      `${container} on ${from}: ${size(memory.resident)} resident, of it ${size(there)} private${shared}`,
    ),
    '',
    ...table(
      [
        ['within', 'dirtied', 'pages', 'of private', 'pages/s'],
        ...windows.map(({ window, dirty }) => [
          time(window),
          size(pagesToBytes(dirty)),
          count(dirty),
          percent(privatePages > 0 ? dirty / privatePages : 0),
          count((dirty / window) * 1000),
        ]),
      ],
      [],
    ),
  ];
};

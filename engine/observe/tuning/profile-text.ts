import type { DirtyProfile, DirtyWindow } from '../../model/profile.ts';
import { bytes, pagesToBytes } from '../../model/units.ts';
import { count, pageRate, percent, size, time } from '../text/format.ts';
import { table } from '../text/layout.ts';
import { printable } from '../text/printable.ts';

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
  const left = [...memory.unreachable, ...memory.tmpfs].reduce((sum, part) => sum + part.size, 0);
  const more = left > 0 ? `, ${size(bytes(left))} that no round can copy` : '';
  const there = pagesToBytes(privatePages);
  return [
    printable(
      `${container} on ${from}: ${size(memory.resident)} resident, of it ${size(there)} private${more}`,
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

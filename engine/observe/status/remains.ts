import type { Phase } from '../../model/phase.ts';
import type { LiveState } from '../progress/live-state.ts';
import type { MigrationStatus } from './status.ts';

/** For a migration without an outcome and without anybody who could bring it about: what was found last, and what to do. */
export const whatIsLeft = ({ standing, header, live }: MigrationStatus): readonly string[] => {
  const { migration, container, from, to } = header;
  if (live.outcome === 'in-doubt')
    return [`To find out and to bring it to an end: precopy recover ${migration}`];
  if (live.remains.length > 0) return remainsLines(migration, live.remains);
  if (standing !== 'cut-short') return [];
  const places = { container, from, to };
  return [
    `Cut short in phase ${live.phase}: ${lastKnown(surePhase(live), places)}`,
    'It may have got further if its journal could not be written to the end.',
    `To bring it to an end: precopy recover ${migration}. It looks at both hosts and finishes or undoes what is left there.`,
  ];
};

/** What a migration that has its outcome could not clean up. */
export const remainsLines = (migration: string, remains: readonly string[]): readonly string[] =>
  remains.length === 0
    ? []
    : [`Left to do: ${remains.join('; ')}. Once both hosts answer: precopy recover ${migration}`];

/** Where a machine lost its power, what followed the last decision may be missing. */
const surePhase = ({ phase, decision }: LiveState): Phase =>
  phase === 'pre-copy' && decision?.kind === 'cut-over' ? 'frozen' : phase;

interface Places {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** What the phases mean for whoever finds them; no more than is certain. */
const lastKnown = (phase: Phase, { container, from, to }: Places): string => {
  switch (phase) {
    case 'planned':
    case 'preflight':
      return `${container} was not touched and runs on ${from}; ${from} and ${to} may hold directories of this migration.`;
    case 'pre-copy':
      return `${container} goes on by itself on ${from}; images of it are left on ${to}.`;
    case 'frozen':
      return `unless the source was told to end, ${container} goes on by itself on ${from} within about 15 s.`;
    case 'restoring':
      return `either ${container} goes on by itself on ${from}, or it is gone there and ${to} holds it, stopped, with all its memory.`;
    case 'committed':
      return `${container} is gone on ${from}; ${to} runs it, or holds it, stopped, with all its memory.`;
    case 'done':
      return `${container} runs on ${to}.`;
    case 'rolling-back':
      return `${container} runs on ${from}, or goes on there by itself; what was made on ${to} may be left.`;
    case 'rolled-back':
      return `${container} runs on ${from} as before.`;
  }
};

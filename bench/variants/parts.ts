import { z } from 'zod';
import { type GapPart, partNames } from '../model/run-record.ts';
import { lengthOf, type Span } from '../probe/client-record.ts';
import { micros } from '../probe/thin.ts';

/** When a part began, by the client's clock; it ends where the next one begins. */
export interface Mark {
  readonly part: string;
  readonly at: number;
}

/** What of each part lies in the gap, less the end of it in which the client only connected again. */
export const partsOfMarks = (marks: readonly Mark[], gap: Span, connecting: number): readonly GapPart[] => {
  const done = marks.at(-1)?.at ?? gap.ended;
  const network = Math.min(connecting, Math.max(0, gap.ended - done), lengthOf(gap));
  const within = { began: gap.began, ended: gap.ended - network };
  const spans = marks.slice(0, -1).map((mark, index) => ({
    part: partNames.find((each) => each === mark.part),
    began: Math.max(mark.at, within.began),
    ended: Math.min(marks[index + 1]?.at ?? mark.at, within.ended),
  }));
  const parts = spans.flatMap(({ part, began, ended }) =>
    part === undefined || ended <= began ? [] : [{ part, ms: ended - began }],
  );
  return withRest([...parts, { part: 'network', ms: network }], gap);
};

/** The parts of a downtime as precopy's report has them. */
export interface ReportedDowntime {
  readonly freeze: number;
  readonly dump: number;
  readonly transfer: number;
  readonly fileSync: number;
  readonly verify: number;
  readonly restore: number;
  readonly resume: number;
  readonly total: number;
}

export const reportedDowntime: z.ZodType<ReportedDowntime> = z.object({
  freeze: z.number(),
  dump: z.number(),
  transfer: z.number(),
  fileSync: z.number(),
  verify: z.number(),
  restore: z.number(),
  resume: z.number(),
  total: z.number(),
});

/** What the tool measured itself, then how long the client took to connect again beyond that. */
export const partsOfReport = (
  measured: ReportedDowntime,
  gap: Span,
  connecting: number,
): readonly GapPart[] => {
  const { total, fileSync, ...rest } = measured;
  const { freeze, dump, transfer, verify, restore, resume } = rest;
  const network = Math.min(connecting, Math.max(0, lengthOf(gap) - total));
  const parts: readonly GapPart[] = [
    { part: 'freeze', ms: freeze },
    { part: 'dump', ms: dump },
    { part: 'transfer', ms: transfer },
    { part: 'file sync', ms: fileSync },
    { part: 'verify', ms: verify },
    { part: 'restore', ms: restore },
    { part: 'resume', ms: resume },
    { part: 'network', ms: network },
  ];
  return withRest(parts, gap);
};

const withRest = (parts: readonly GapPart[], gap: Span): readonly GapPart[] => {
  const rest = lengthOf(gap) - parts.reduce((sum, { ms }) => sum + ms, 0);
  return [...parts, { part: 'unexplained' as const, ms: rest }].map(({ part, ms }) => ({
    part,
    ms: micros(ms),
  }));
};

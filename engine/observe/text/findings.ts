import type { Finding } from '../../model/finding.ts';
import { wrapped } from './layout.ts';

/** Findings for people: one paragraph each, in the order given, and a count at the end. */
export const findingsText = (findings: readonly Finding[]): string =>
  [...findings.flatMap(findingLines), summary(findings)].join('\n');

const findingLines = ({ severity, code, message, remedy }: Finding): readonly string[] => [
  ...wrapped(`${severity.padEnd(8)}`, `${message} [${code}]`),
  ...(remedy === undefined ? [] : wrapped('        ', `→ ${remedy}`)),
];

const summary = (findings: readonly Finding[]): string => {
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const many = findings.filter((finding) => finding.severity === severity).length;
    return many === 0 ? [] : [`${many} ${severity}${many === 1 ? '' : 's'}`];
  });
  return counts.length === 0 ? 'nothing stands in the way' : counts.join(', ');
};

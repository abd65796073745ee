import { type Finished, precopy } from '../lab/precopy.ts';

/** Preflight has refused, before anything was moved. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** What a scenario is about is not there on this stack. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** As `precopy` ends when preflight refuses. */
const REFUSED = 3;

/** Migrates, and rejects with all that was said when the container has not moved. */
export const move = async (...args: readonly string[]): Promise<void> => {
  const { exitCode, stdout, stderr }: Finished = await precopy('migrate', ...args, '--yes');
  if (exitCode === REFUSED) throw new Refused(errorsOf(`${stdout}\n${stderr}`));
  if (exitCode !== 0) throw new Error(`${args[0]}: exit ${exitCode}\n${stderr}\n${stdout}`);
};

/** The findings that are errors, without their remedies. */
const errorsOf = (said: string): string => {
  const findings = said.match(/^error .*(\n {8}[^ →].*)*/gm) ?? [];
  return [...new Set(findings.map((finding) => finding.replaceAll(/\s+/g, ' ').replace(/^error /, '')))].join(
    '; ',
  );
};

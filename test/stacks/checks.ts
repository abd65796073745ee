import { z } from 'zod';
import { between } from '../lab/hosts.ts';
import { precopy } from '../lab/precopy.ts';

const Checked: z.ZodType<{
  readonly findings: readonly {
    readonly severity: string;
    readonly code: string;
    readonly message: string;
  }[];
}> = z.object({
  findings: z.array(z.object({ severity: z.string(), code: z.string(), message: z.string() })),
});

/** What `precopy check` finds for a container on its way from a to b, a line for each: `error CODE: MESSAGE`. */
export const findingsOf = async (name: string): Promise<string> => {
  const { stdout } = await precopy('check', name, ...between('a', 'b'), '--json');
  const { findings } = Checked.parse(JSON.parse(stdout));
  return findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`).join('\n');
};

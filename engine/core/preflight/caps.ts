import type { HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { Policy } from '../../model/policy.ts';
import { wantsPacing } from '../prediction/cap.ts';

/** Whether a cap on the link can be held. */
export const assessCaps = (policy: Policy, { name, pacing }: HostFacts): Finding[] =>
  !wantsPacing(policy) || pacing.ok
    ? []
    : [
        {
          severity: 'error',
          code: 'cap-not-held',
          message: `${name} cannot hold a connection to a rate: ${pacing.detail}`,
          remedy: `Install perl on ${name}, with Linux 5.6 or later, or leave out --max-bandwidth.`,
        },
      ];

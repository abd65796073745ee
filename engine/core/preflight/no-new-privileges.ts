import type { ContainerFacts, HostFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import { containerName } from '../../model/names.ts';

import { forgetsNoNewPrivileges } from './criu-versions.ts';

/** Whether the processes of a container stay unable to gain privileges. */
export const assessNoNewPrivileges = (
  container: ContainerFacts,
  { name, criuVersion }: HostFacts,
): Finding[] =>
  !container.noNewPrivileges || criuVersion === undefined || !forgetsNoNewPrivileges(criuVersion)
    ? []
    : [
        {
          severity: 'error',
          code: 'no-new-privileges-lost',
          message:
            `container ${containerName(container)} has noNewPrivileges, which criu ${criuVersion} on ${name} does not dump: ` +
            'its processes could gain privileges after the restore',
          remedy: 'Install criu 4.0 or later on both hosts.',
        },
      ];

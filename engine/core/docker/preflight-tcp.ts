import type { Finding } from '../../model/finding.ts';
import type { DockerCase } from './case.ts';
import { addressReach } from './tcp.ts';

/** Whether connections can be kept as the user asked. */
export const assessDockerTcp = ({ docker, request, source, destination }: DockerCase): Finding[] => {
  if (request.tcp !== 'keep') return [];
  switch (addressReach(docker)) {
    case 'with-peers':
      return [];
    case 'address-only':
      return [
        {
          severity: 'warning',
          code: 'tcp-peers-stay',
          message:
            `--tcp keep: the container has its addresses again on ${destination.name}, but what others send to them ` +
            `still goes to ${source.name}; kept connections hang until they time out`,
          remedy: 'Say --tcp close, so that both ends learn of it at once and connect again.',
        },
      ];
    case 'nowhere':
      return [
        {
          severity: 'error',
          code: 'tcp-cannot-be-kept',
          message:
            `--tcp keep: the container does not have its addresses again on ${destination.name}, ` +
            'and no connection can be restored without them',
          remedy: 'Say --tcp close or --tcp auto, or give the container a fixed address (--network, --ip).',
        },
      ];
  }
};

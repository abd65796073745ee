import { defaultDockerRequest } from '../../engine/core/docker/default-request.ts';
import { defaultPageRequest } from '../../engine/core/pages/default-request.ts';
import { defaultPolicy } from '../../engine/core/rounds/default-policy.ts';
import { preflight } from '../../engine/run/preflight.ts';
import { destinationContract } from '../contracts/destination.ts';
import { linkContract } from '../contracts/link.ts';
import type { OpenScene } from '../contracts/migration-ports.ts';
import { recoveryContract } from '../contracts/recovery.ts';
import { sourceContract } from '../contracts/source.ts';
import { twoHosts } from './two-hosts.ts';

const open: OpenScene = async () => {
  const world = twoHosts();
  const request = {
    container: 'shop',
    from: 'here',
    to: 'there',
    policy: defaultPolicy,
    pages: defaultPageRequest,
    docker: defaultDockerRequest,
  };
  const plan = await preflight(world.ports, { migration: 'm1', request, address: 'there' });
  return {
    ports: world.ports,
    plan,
    runsOnSource: async () => world.source === 'running',
    runsOnDestination: async () => world.destination === 'running',
    loseCopy: async () => {
      world.destination = 'absent';
    },
    left: async () => [...world.leftOnSource, ...world.leftOnDestination],
    close: async () => {},
  };
};

sourceContract('the fake', open);
destinationContract('the fake', open);
linkContract('the fake', open);
recoveryContract('the fake', open);

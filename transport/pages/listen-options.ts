import type { Plan } from '../../engine/model/plan.ts';
import type { PageServerRequest } from './page-server.ts';
import { tlsArguments } from './tls.ts';

/**
 * Returns how page-servers of a migration listen. With the channel `ssh` only the destination itself can
 * reach them.
 */
export const listenOptions = (plan: Plan): Pick<PageServerRequest, 'address' | 'ports' | 'options'> => ({
  address: plan.pages.channel === 'ssh' ? '127.0.0.1' : plan.address,
  ports: plan.pages.ports,
  options: tlsArguments(plan, plan.destinationDirectory),
});

import type { Plan } from '../../engine/model/plan.ts';
import type { PageServerRequest } from './page-server.ts';
import { tlsWords } from './tls.ts';

/** Where and how page-servers of a migration listen. With ssh nobody but the destination itself can reach them. */
export const listeningAt = (plan: Plan): Pick<PageServerRequest, 'address' | 'ports' | 'options'> => ({
  address: plan.pages.channel === 'ssh' ? '127.0.0.1' : plan.address,
  ports: plan.pages.ports,
  options: tlsWords(plan, plan.destinationDirectory),
});

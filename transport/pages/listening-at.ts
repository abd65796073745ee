import type { Plan } from '../../engine/model/plan.ts';

/** Where page-servers of a migration listen. With ssh nobody but the destination itself can reach them. */
export const listeningAt = ({
  address,
  pages,
}: Plan): { readonly address: string; readonly ports: readonly number[] } => ({
  address: pages.channel === 'ssh' ? '127.0.0.1' : address,
  ports: pages.ports,
});

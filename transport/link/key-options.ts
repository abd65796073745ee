import type { Plan } from '../../engine/model/plan.ts';

/** What the key of a migration may be used for: commands, and connections to page-servers. */
export const keyOptions = ({ pages: { channel, ports } }: Plan): string => {
  if (channel === 'plain') return 'restrict';
  const servers = ports.map((port) => `permitopen="127.0.0.1:${port}"`);
  return ['restrict', 'port-forwarding', ...servers].join(',');
};

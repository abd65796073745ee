import type { HostFacts, MemoryFacts } from '../../model/facts.ts';
import type { PageChannel, PagePlan, PageRequest } from '../../model/pages.ts';
import { planCompression } from '../rounds/compression.ts';

const PORTS = 16;

/**
 * With ssh below 1024, where only root may listen: no other user of a host can stand in for a page-server that has ended. With tls
 * nobody can, for want of the key.
 */
const firstPorts: Record<PageChannel, number> = { ssh: 914, tls: 27_700, plain: 27_700 };

export const planPages = (
  request: PageRequest,
  source: HostFacts,
  destination: HostFacts,
  memory: MemoryFacts,
): PagePlan => ({
  channel: request.channel,
  ports: portsOf(request),
  cipher: [source, destination].every(hasAes) ? 'aes128-gcm@openssh.com' : 'chacha20-poly1305@openssh.com',
  compression: planCompression({
    asked: request.compress,
    channel: request.channel,
    offered: destination.sshCompression,
    memory,
  }),
});

export const portsOf = ({ channel, port }: PageRequest): readonly number[] => {
  const first = port ?? firstPorts[channel];
  return Array.from({ length: PORTS }, (_, index) => first + index).filter((each) => each <= 65_535);
};

const hasAes = ({ cpuFlags }: HostFacts): boolean => cpuFlags.includes('aes');

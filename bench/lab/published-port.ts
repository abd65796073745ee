import { LabError } from './lab-error.ts';
import type { Qmp } from './qmp.ts';

/** The port of this machine's loopback that leads to `port` of the host, in qemu's table of forwarded connections. */
export const parsePublishedPort = (table: string, port: number): number | undefined => {
  for (const [, local, , remote] of table.matchAll(
    /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+(\S+)\s+(\d+)/g,
  )) {
    if (Number(remote) === port) return Number(local);
  }
  return undefined;
};

/** Leads a port of this machine's loopback, chosen by the kernel, to a port of the host. */
export const publishPort = async (qmp: Qmp, netdev: string, port: number): Promise<number> => {
  const monitor = (line: string): Promise<unknown> =>
    qmp.execute('human-monitor-command', { 'command-line': line });
  const known = parsePublishedPort(String(await monitor('info usernet')), port);
  if (known !== undefined) return known;
  await monitor(`hostfwd_add ${netdev} tcp:127.0.0.1:0-:${port}`);
  const published = parsePublishedPort(String(await monitor('info usernet')), port);
  if (published === undefined) throw new LabError(`port ${port} of the host cannot be reached from here`);
  return published;
};

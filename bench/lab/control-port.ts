import { LabError } from './lab-error.ts';
import type { Qmp } from './qmp.ts';

/** The port of this machine's loopback in qemu's table of forwarded connections. */
export const parseForwardedPort = (table: string): number | undefined => {
  const [, port] = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(table) ?? [];
  return port === undefined ? undefined : Number(port);
};

/** qemu has the kernel choose the port, so that nobody can take it before qemu does. */
export const controlPort = async (qmp: Qmp): Promise<number> => {
  const table = await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' });
  const port = parseForwardedPort(String(table));
  if (port === undefined) throw new LabError('qemu does not say which port leads to the host');
  return port;
};

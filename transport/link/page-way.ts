import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { CommandOutput, Host } from '../../engine/ports/host.ts';
import type { PageEndpoint, PageWay } from '../../engine/ports/pages.ts';
import { controlSocketOf } from './ssh-master.ts';

/**
 * Makes the way to a page-server. With the channel `ssh` the way begins at a port of the source's loopback
 * address and goes through the open connection. With other channels criu connects to the page-server itself.
 */
export const carryPages = async (source: Host, plan: Plan, server: PageEndpoint): Promise<PageWay> => {
  if (plan.pages.channel !== 'ssh') return { endpoint: server, close: async () => {} };
  // First the port of the page-server: a port that is free on the destination is mostly free on the source.
  const ports = [server.port, ...plan.pages.ports.filter((port) => port !== server.port)];
  for (const port of ports) {
    const { exitCode, stderr } = await forward(source, plan, 'forward', port, server);
    if (exitCode === 0) {
      const close = async (): Promise<void> => {
        // A failure is harmless, because the forwarding ends with the connection at the latest.
        await forward(source, plan, 'cancel', port, server).catch(() => {});
      };
      return { endpoint: { address: LOOPBACK, port }, close };
    }
    // Another process uses this port, so the next one is tried.
    if (!/forwarding request failed/.test(stderr))
      throw forwardFailed(source, exitCode, stderr, 'could not forward a port for pages');
  }
  throw forwardFailed(source, undefined, '', `found no free port at ${LOOPBACK} to forward pages`);
};

const LOOPBACK = '127.0.0.1';

const forward = (
  source: Host,
  plan: Plan,
  what: 'forward' | 'cancel',
  port: number,
  server: PageEndpoint,
): Promise<CommandOutput> => {
  const way = `${LOOPBACK}:${port}:${server.address}:${server.port}`;
  const ssh = [
    'ssh',
    '-F',
    'none',
    '-S',
    controlSocketOf(plan),
    '-O',
    what,
    '-L',
    way,
    '--',
    'destination',
  ] as const;
  return source.probe({ argv: ['timeout', '10', ...ssh], timeout: millis(20_000) });
};

const forwardFailed = (
  { name: host }: Host,
  exitCode: number | undefined,
  stderr: string,
  reason: string,
): CommandFailed => new CommandFailed({ host, argv: ['ssh', '-O', 'forward'], exitCode, stderr, reason });

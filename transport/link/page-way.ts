import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { CommandOutput, Host } from '../../engine/ports/host.ts';
import type { PageEndpoint, PageWay } from '../../engine/ports/pages.ts';
import { muxOf } from './ssh-master.ts';

/**
 * The way to a page-server. With `ssh` it begins at a port of the source's own loopback and goes through the connection that is
 * open; else criu connects by itself, and there is nothing to be made.
 */
export const carryPages = async (source: Host, plan: Plan, server: PageEndpoint): Promise<PageWay> => {
  if (plan.pages.channel !== 'ssh') return { endpoint: server, close: async () => {} };
  // The same number as over there, as a rule: what is free there mostly is here.
  const ports = [server.port, ...plan.pages.ports.filter((port) => port !== server.port)];
  for (const port of ports) {
    const { exitCode, stderr } = await forward(source, plan, 'forward', port, server);
    if (exitCode === 0) {
      const close = async (): Promise<void> => {
        // It ends with the connection at the latest: not worth failing for.
        await forward(source, plan, 'cancel', port, server).catch(() => {});
      };
      return { endpoint: { address: LOOPBACK, port }, close };
    }
    // Somebody else's port: the next one.
    if (!/forwarding request failed/.test(stderr))
      throw failed(source, exitCode, stderr, 'made no way for pages');
  }
  throw failed(source, undefined, '', `found no free port at ${LOOPBACK} for pages to go through`);
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
  const ssh = ['ssh', '-F', 'none', '-S', muxOf(plan), '-O', what, '-L', way, '--', 'destination'] as const;
  return source.probe({ argv: ['timeout', '10', ...ssh], timeout: millis(20_000) });
};

const failed = (
  { name: host }: Host,
  exitCode: number | undefined,
  stderr: string,
  reason: string,
): CommandFailed => new CommandFailed({ host, argv: ['ssh', '-O', 'forward'], exitCode, stderr, reason });

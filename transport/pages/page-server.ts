import { CommandFailed } from '../../engine/model/errors.ts';
import { type Bytes, bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { PageEndpoint, PageServer } from '../../engine/ports/pages.ts';
import { wordsOf } from '../door/catalogue.ts';
import { followMilestones } from '../door/milestones.ts';
import { scriptArgv } from '../door/script.ts';

export interface PageServerRequest {
  readonly directory: string;
  /** The directory of the parent round, relative to `directory`. Empty without a parent. */
  readonly parent: string;
  readonly address: string;
  readonly ports: readonly number[];
  /** Further options for criu. */
  readonly options: readonly string[];
}

/** Opens a page-server on the first of the ports that is free. */
export const openPageServer = async (host: Host, request: PageServerRequest): Promise<PageServer> => {
  const [port, ...others] = request.ports;
  if (port === undefined) {
    throw new CommandFailed({
      host: host.name,
      argv: ['criu', 'page-server'],
      exitCode: undefined,
      stderr: '',
      reason: `found no free port to listen on at ${request.address}`,
    });
  }
  const opened = await tryPort(host, request, { address: request.address, port });
  return opened ?? openPageServer(host, { ...request, ports: others });
};

/** Returns undefined when another process uses the port. */
const tryPort = async (
  host: Host,
  request: PageServerRequest,
  endpoint: PageEndpoint,
): Promise<PageServer | undefined> => {
  const argv = scriptArgv(
    'page-server',
    request.directory,
    request.parent,
    endpoint.address,
    endpoint.port,
    ...request.options,
  );
  const supervisor = await host.start({ argv });
  let listener: (received: Bytes) => void = () => {};
  let last: Bytes | undefined;
  const log = `${request.directory}/page-server.log`;
  const milestones = followMilestones(
    supervisor,
    wordsOf('page-server'),
    async () => {
      const { stdout } = await host.probe({ argv: ['grep', 'Error', log] });
      const { stderr } = await supervisor.exit;
      return new CommandFailed({
        host: host.name,
        argv: ['criu', 'page-server'],
        exitCode: undefined,
        stderr: stdout || stderr,
        reason: 'ended early',
      });
    },
    (line) => {
      const received = /^received (\d+)$/.exec(line)?.[1];
      if (received === undefined) return;
      last = bytes(Number(received));
      listener(last);
    },
  );
  try {
    await milestones.reached('listening');
  } catch (cause) {
    if (!(cause instanceof CommandFailed) || !/Address already in use|Can't bind/.test(cause.stderr))
      throw cause;
    // The log and the link to the parent would prevent the next try.
    await host.run({ argv: ['find', request.directory, '-mindepth', '1', '-delete'] });
    return undefined;
  }
  const finished = milestones.exitCode.then((code) => {
    if (code !== 0) {
      throw new CommandFailed({
        host: host.name,
        argv: ['criu', 'page-server'],
        exitCode: code,
        stderr: '',
        reason: 'ended before all pages had come',
      });
    }
  });
  finished.catch(() => {});
  return {
    endpoint,
    finished,
    onProgress: (next) => {
      listener = next;
      // The listener may have missed earlier progress.
      if (last !== undefined) next(last);
    },
    stop: async () => {
      supervisor.endInput();
      await supervisor.exit;
    },
  };
};

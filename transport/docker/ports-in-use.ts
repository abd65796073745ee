import type { PublishedPort } from '../../engine/model/docker.ts';
import type { Host } from '../../engine/ports/host.ts';

interface Listener {
  readonly protocol: string;
  /** Empty: all addresses. */
  readonly address: string;
  readonly port: number;
}

/** Returns the ports with a listener. Docker's containers have listeners for their ports too. */
export const portsInUse = async (
  host: Host,
  ports: readonly PublishedPort[],
  signal?: AbortSignal,
): Promise<readonly PublishedPort[]> => {
  if (ports.length === 0) return [];
  const { stdout } = await host.run({ argv: ['ss', '-Hlntu'] }, signal);
  const listeners = stdout.split('\n').flatMap(parseListener);
  return ports.filter((port) => listeners.some((listener) => collide(port, listener)));
};

/** `tcp LISTEN 0 4096 0.0.0.0:8080 0.0.0.0:*` */
const parseListener = (line: string): readonly Listener[] => {
  const [protocol = '', , , , local = ''] = line.trim().split(/\s+/);
  const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? [];
  if (port === '') return [];
  const plain = address.replace(/%.*$/, '').replace(/^\[(.*)\]$/, '$1');
  return [{ protocol, address: ['*', '0.0.0.0', '::'].includes(plain) ? '' : plain, port: Number(port) }];
};

const collide = (port: PublishedPort, listener: Listener): boolean =>
  port.protocol === listener.protocol &&
  port.hostPort === listener.port &&
  (port.hostAddress === '' || listener.address === '' || port.hostAddress === listener.address);

import type { Host } from '../../engine/ports/host.ts';

/** A bucket that holds 20 ms of the rate, and a queue of 50 ms: as a switch would, it drops what is beyond. */
const shape = `tc qdisc del dev eth1 root 2>/dev/null
[ -z "$1" ] || tc qdisc add dev eth1 root tbf rate "$1" burst "$2" latency 50ms`;

/** Makes the wire between the hosts as slow as so many bit/s, or as fast as it is. */
export const shapeWire = async (hosts: readonly Host[], rate: number | undefined): Promise<void> => {
  const values =
    rate === undefined
      ? ['', '']
      : [`${Math.round(rate)}bit`, String(Math.max(16_384, Math.round(rate / 8 / 50)))];
  await Promise.all(hosts.map((host) => host.run({ argv: ['sh', '-c', shape, 'sh', ...values] })));
};

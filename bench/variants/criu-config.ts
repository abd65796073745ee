import type { Host } from '../../engine/ports/host.ts';

const FILE = '/etc/criu/runc.conf';

/** Docker and Podman give criu no more than they know of: the rest has to be in its own configuration of runc. */
export const writeCriuConfig = async (host: Host): Promise<void> => {
  await host.run({ argv: ['mkdir', '-p', '/etc/criu'] });
  await host.writeFile(FILE, 'tcp-close\nskip-in-flight\n', 0o644);
};

export const removeCriuConfig = async (host: Host): Promise<void> => {
  await host.run({ argv: ['rm', '-f', FILE] });
};

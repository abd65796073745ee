import type { Host } from '../../engine/ports.ts';
import { type ContainerSpec, ociConfig } from './oci-config.ts';

const rootfsSource = '/opt/precopy-lab/rootfs';

export const bundleOf = (id: string): string => `/var/lib/containers/${id}`;

/** Runs a container from the lab's root filesystem, with /dev/null for its standard descriptors. */
export const runContainer = async (host: Host, spec: ContainerSpec): Promise<void> => {
  const bundle = bundleOf(spec.id);
  await host.run({ argv: ['mkdir', '-p', `${bundle}/rootfs`] });
  await host.run({ argv: ['cp', '-a', `${rootfsSource}/.`, `${bundle}/rootfs`] });
  await startBundle(host, spec);
};

/** Runs a container in a bundle whose root filesystem is there. */
export const startBundle = async (
  host: Host,
  spec: ContainerSpec,
  redirect = '</dev/null >/dev/null 2>&1',
): Promise<void> => {
  const bundle = bundleOf(spec.id);
  await host.writeFile(`${bundle}/config.json`, JSON.stringify(ociConfig(spec), undefined, 2), 0o600);
  const start = `exec runc run --detach --bundle "$1" "$2" ${redirect}`;
  await host.run({ argv: ['sh', '-c', start, 'sh', bundle, spec.id] });
};

/** Ends a container wherever it is and removes its files. */
export const removeContainer = async (host: Host, id: string): Promise<void> => {
  await host.probe({ argv: ['runc', 'delete', '--force', id] });
  await host.run({ argv: ['rm', '-rf', '--', bundleOf(id)] });
};

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostName, hostNames } from './hosts.ts';
import { keyNames, publicKey } from './keys.ts';

export type Ports = Readonly<Record<HostName, number>>;

export const sshConfigOf = (directory: string): string => join(directory, 'ssh_config');

/** Configuration for ssh: `ssh -F FILE a`. */
export const sshConfigText = (ports: Ports, key: string, knownHosts: string): string =>
  hostNames
    .map((host) =>
      [
        `Host ${host}`,
        '  HostName 127.0.0.1',
        `  Port ${ports[host]}`,
        '  User root',
        `  IdentityFile "${key}"`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile "${knownHosts}"`,
        '  StrictHostKeyChecking yes',
        '',
      ].join('\n'),
    )
    .join('\n');

export const knownHostsText = (ports: Ports, keys: Readonly<Record<HostName, string>>): string =>
  hostNames.map((host) => `[127.0.0.1]:${ports[host]} ${keys[host]}\n`).join('');

/** Writes what ssh needs to get into the hosts, and to know that it is they who answer. */
export const writeSshAccess = async (directory: string, image: string, ports: Ports): Promise<void> => {
  const knownHosts = join(directory, 'known_hosts');
  const [a, b] = await Promise.all(hostNames.map((host) => publicKey(image, keyNames.hosts[host])));
  await writeFile(knownHosts, knownHostsText(ports, { a: a ?? '', b: b ?? '' }));
  await writeFile(sshConfigOf(directory), sshConfigText(ports, join(image, keyNames.control), knownHosts));
};

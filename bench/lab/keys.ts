import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Build, runStep } from './build-step.ts';
import { addresses, hostNames } from './hosts.ts';

/** Made anew for each image, in its folder: `NAME` and `NAME.pub`. */
export const keyNames = {
  /** Lets this machine in as root. */
  control: 'control-key',
  /** Lets the hosts in at each other; in the hosts at /opt/precopy-lab/host-to-host-key. */
  hostToHost: 'host-to-host-key',
  /** What the hosts themselves prove to be. */
  hosts: { a: 'host-key-a', b: 'host-key-b' },
} as const;

export const makeKeys = async (build: Build): Promise<void> => {
  const { control, hostToHost, hosts } = keyNames;
  for (const name of [control, hostToHost, hosts.a, hosts.b])
    await runStep(build, 'making keys', [
      'ssh-keygen',
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      `precopy-lab-${name}`,
      '-f',
      name,
    ]);
};

/** Type and key, without the comment, as it stands in files of known hosts. */
export const publicKey = async (directory: string, name: string): Promise<string> => {
  const text = await readFile(join(directory, `${name}.pub`), 'utf8');
  return text.split(' ').slice(0, 2).join(' ');
};

/** For the hosts: who the other one is, by name and by address. */
export const hostsKnownHosts = async (directory: string): Promise<string> => {
  const lines = hostNames.map(
    async (host) => `${host},${addresses[host]} ${await publicKey(directory, keyNames.hosts[host])}\n`,
  );
  return (await Promise.all(lines)).join('');
};

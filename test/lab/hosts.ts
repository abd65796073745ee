import type { Host } from '../../engine/ports/host.ts';
import { remoteHost } from '../../transport/host/remote-host.ts';
import { providedLab } from './provided.ts';

export type LabHostName = 'a' | 'b';

/** The lab's hosts, over the product's own transport; closed by whoever opened them. */
export const openHosts = (): Record<LabHostName, Host> => {
  const { sshConfig } = providedLab();
  return { a: remoteHost('a', { configFile: sshConfig }), b: remoteHost('b', { configFile: sshConfig }) };
};

/** Options that every migration in the lab needs. */
export const between = (from: LabHostName, to: LabHostName): readonly string[] => {
  const { sshConfig, addresses } = providedLab();
  return ['--from', from, '--to', to, '--to-address', addresses[to], '--ssh-config', sshConfig];
};

/**
 * The same, for much memory and where it is not the matter how that goes: these hosts, which are emulated, encrypt at a fraction of
 * the rate they send at.
 */
export const betweenInTheClear = (from: LabHostName, to: LabHostName): readonly string[] => [
  ...between(from, to),
  '--page-channel',
  'plain',
  // It warns, as it should.
  '--yes',
];

/** Standard output of a command on a host. */
export const outputOf = async (host: Host, ...argv: readonly [string, ...string[]]): Promise<string> =>
  (await host.run({ argv })).stdout;

export const sh = (host: Host, script: string, ...values: readonly string[]): Promise<string> =>
  outputOf(host, 'sh', '-c', script, 'sh', ...values);

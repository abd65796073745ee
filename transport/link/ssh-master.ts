import type { Plan } from '../../engine/model/plan.ts';

export const muxOf = (plan: Plan): string => `${plan.sourceDirectory}/mux`;
export const sshConfigOf = (plan: Plan): string => `${plan.sourceDirectory}/ssh_config`;
export const remoteName = (plan: Plan): string => `root@${plan.address}`;

/** Over the master only: without it ssh would make a connection of its own, with whatever keys and hosts it knows. */
export const sharedSshArgv = (plan: Plan): readonly [string, ...string[]] => [
  'ssh',
  ...['-F', 'none', '-S', muxOf(plan), '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
];
/** The same, for who splits it at spaces. */
export const sharedSsh = (plan: Plan): string => sharedSshArgv(plan).join(' ');

/** The destination under a name of our own, so that no other file of known hosts has a say. */
export const hostKeyAlias = 'precopy-destination';

/** The one the plan names first. A server that does not have it agrees to another that is as safe. */
const ciphers = ({ pages: { cipher } }: Plan): string =>
  [
    ...new Set([cipher, 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com']),
  ].join(',');

const connection = [
  'IdentitiesOnly yes',
  // Unless the plan or what was measured says otherwise: the length of what was compressed tells of its content.
  'Compression no',
  'BatchMode yes',
  'StrictHostKeyChecking yes',
  'GlobalKnownHostsFile none',
  `HostKeyAlias ${hostKeyAlias}`,
  'ConnectTimeout 10',
  'ServerAliveInterval 5',
  'ServerAliveCountMax 3',
];

/** The one connection that all syncs and the shipment share. Prints `open` when it is. */
export const masterArgv = (plan: Plan, compressed: boolean): readonly [string, ...string[]] => [
  'ssh',
  '-F',
  sshConfigOf(plan),
  ...(compressed ? ['-o', 'Compression=yes'] : []),
  '-M',
  '-N',
  '-o',
  'PermitLocalCommand=yes',
  '-o',
  'LocalCommand=echo open',
  '--',
  'destination',
];

/**
 * Configuration for `ssh destination` on the source: over the master, or where that is not wanted or not there any more, by
 * a connection like it.
 */
export const sshConfig = (plan: Plan, sshPort: number): string =>
  [
    'Host destination',
    `HostName ${plan.address}`,
    `Port ${sshPort}`,
    'User root',
    `IdentityFile ${quoted(`${plan.sourceDirectory}/key`)}`,
    `UserKnownHostsFile ${quoted(`${plan.sourceDirectory}/known_hosts`)}`,
    `ControlPath ${quoted(muxOf(plan))}`,
    `Ciphers ${ciphers(plan)}`,
    ...connection,
    '',
  ].join('\n');

/** ssh expands what follows a percent sign. */
const quoted = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

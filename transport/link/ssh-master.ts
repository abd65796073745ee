import type { Plan } from '../../engine/model/plan.ts';

/** The control socket of the shared ssh connection, on the source. */
export const controlSocketOf = (plan: Plan): string => `${plan.sourceDirectory}/mux`;
export const sshConfigPath = (plan: Plan): string => `${plan.sourceDirectory}/ssh_config`;
export const remoteName = (plan: Plan): string => `root@${plan.address}`;

/** Uses the master only: without it ssh would make a connection with the user's own keys and known hosts. */
export const sharedSshArgv = (plan: Plan): readonly [string, ...string[]] => [
  'ssh',
  ...['-F', 'none', '-S', controlSocketOf(plan), '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'],
];
/** The same as one string, for programs that split it at spaces. */
export const sharedSsh = (plan: Plan): string => sharedSshArgv(plan).join(' ');

/** A name of the destination that no other known_hosts file has. */
export const hostKeyAlias = 'precopy-destination';

/** Returns the plan's cipher first. A server without that cipher agrees on another one that is as safe. */
const ciphers = ({ pages: { cipher } }: Plan): string =>
  [
    ...new Set([cipher, 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com']),
  ].join(',');

const connectionSettings = [
  'IdentitiesOnly yes',
  // Only the plan or a measurement turns compression on: the length of compressed data reveals something of
  // its content.
  'Compression no',
  'BatchMode yes',
  'StrictHostKeyChecking yes',
  'GlobalKnownHostsFile none',
  `HostKeyAlias ${hostKeyAlias}`,
  'ConnectTimeout 10',
  'ServerAliveInterval 5',
  'ServerAliveCountMax 3',
];

/** The connection that all syncs and the shipment share. Prints `open` when the connection is open. */
export const masterArgv = (plan: Plan, compressed: boolean): readonly [string, ...string[]] => [
  'ssh',
  '-F',
  sshConfigPath(plan),
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
 * Returns the configuration for `ssh destination` on the source. The command uses the master, or a new
 * connection with the same settings when the master is not wanted or has ended.
 */
export const sshConfig = (plan: Plan, sshPort: number): string =>
  [
    'Host destination',
    `HostName ${plan.address}`,
    `Port ${sshPort}`,
    'User root',
    `IdentityFile ${quoted(`${plan.sourceDirectory}/key`)}`,
    `UserKnownHostsFile ${quoted(`${plan.sourceDirectory}/known_hosts`)}`,
    `ControlPath ${quoted(controlSocketOf(plan))}`,
    `Ciphers ${ciphers(plan)}`,
    ...connectionSettings,
    '',
  ].join('\n');

/** Escapes percent signs, which ssh expands in paths. */
const quoted = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

import type { Plan } from '../../engine/model/plan.ts';

export const muxOf = (plan: Plan): string => `${plan.sourceDirectory}/mux`;
export const remoteName = (plan: Plan): string => `root@${plan.address}`;

/** Over the master only: without it ssh would make a connection of its own, with whatever keys and hosts it knows. */
export const sharedSsh = (plan: Plan): string =>
  `ssh -F none -S ${muxOf(plan)} -o ProxyCommand=false -o BatchMode=yes`;

/** The destination under a name of our own, so that no other file of known hosts has a say. */
export const hostKeyAlias = 'precopy-destination';

/** The one connection that all syncs and the shipment share. Prints `open` when it is. */
export const masterArgv = (plan: Plan, sshPort: number): readonly [string, ...string[]] => [
  'ssh',
  '-F',
  'none',
  '-M',
  '-N',
  '-S',
  muxOf(plan),
  '-i',
  `${plan.sourceDirectory}/key`,
  '-p',
  String(sshPort),
  ...[
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${plan.sourceDirectory}/known_hosts`,
    'GlobalKnownHostsFile=none',
    `HostKeyAlias=${hostKeyAlias}`,
    'ConnectTimeout=10',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    'PermitLocalCommand=yes',
    'LocalCommand=echo open',
  ].flatMap((option) => ['-o', option]),
  '--',
  remoteName(plan),
];

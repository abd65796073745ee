export { localHost } from './host/local-host.ts';
export { type RemoteHostOptions, remoteHost } from './host/remote-host.ts';
export { type LinkOptions, sshLink } from './link/ssh-link.ts';
export { type RuncDestinationOptions, runcDestination } from './runc/destination.ts';
export { type RuncOptions, runcSource } from './runc/source.ts';

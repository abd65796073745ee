export { type DockerDestinationOptions, dockerDestination } from './docker/destination.ts';
export { type HostDaemon, readHostDaemon } from './docker/host-daemon.ts';
export { type HostChange, planSetup, setUpHost } from './docker/host-setup.ts';
export { knowsContainer } from './docker/knows-container.ts';
export { type DockerOptions, type DockerSourceOptions, dockerSource } from './docker/source.ts';
export { type ProvenHolds, storedProofs } from './facts/proven-holds.ts';
export { localHost } from './host/local-host.ts';
export { type RemoteHostOptions, remoteHost } from './host/remote-host.ts';
export { resolveTarget, type SshTarget } from './host/ssh-target.ts';
export { journalHeader } from './journal/header.ts';
export { journalDirectory } from './journal/journal-path.ts';
export {
  journaledMigrations,
  readJournal,
  readJournals,
  resumeJournal,
  type StoredJournals,
  startJournal,
} from './journal/journal-store.ts';
export type { JournalWriter } from './journal/journal-writer.ts';
export { type JournalLock, lockJournal } from './journal/lock.ts';
export { type ComparableRoute, pastCutOvers } from './journal/past-cut-overs.ts';
export { readPlan } from './journal/read-plan.ts';
export { type LinkOptions, sshLink } from './link/ssh-link.ts';
export { newMigrationId } from './migration-id.ts';
export { type RuncDestinationOptions, runcDestination } from './runc/destination.ts';
export { type RuncOptions, runcSource } from './runc/source.ts';
export { systemClock } from './system-clock.ts';

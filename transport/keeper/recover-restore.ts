import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DestinationStanding } from '../../engine/model/recovery.ts';
import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { receivedCheckpoint, verifyReceived } from '../received/verify-received.ts';
import { endProcesses } from './end-processes.ts';
import { isAtWork, type MigrationFacts, readMigrationFacts, waitUntilIdle } from './migration-facts.ts';

// Recovers a restore whose controller is gone. The same for every runtime.

const parkedKeepers = ['parked-restore', 'parked-docker'];
/**
 * The processes of a restore. They end by themselves after the verdict: precopy never kills criu in a
 * restore.
 */
const restoreProcesses = [...parkedKeepers, 'restore', 'destination-hold'];
/** Processes that a migration without a controller does not need any more. */
const helpers = ['page-server', 'criu-page-server', 'hand-over', 'stray-criu'];

/**
 * Returns what the destination has of the container. `runs`: the runtime has the container, and the container
 * runs.
 */
export const destinationStanding = (
  facts: MigrationFacts,
  { migration }: Plan,
  runs: boolean,
): DestinationStanding => {
  if (facts.migration === undefined) return runs ? 'other' : 'nothing';
  if (facts.migration !== migration) return 'taken';
  if (facts.notes.has('resumed') && !isAtWork(facts, ...restoreProcesses)) {
    if (runs) return 'running';
    return facts.notes.has('started') || !facts.notes.has('dumped') ? 'over' : 'cut-off';
  }
  return beforeResume(facts, runs);
};

const beforeResume = (facts: MigrationFacts, runs: boolean): DestinationStanding => {
  const { notes } = facts;
  if (notes.has('resumed')) return 'restoring';
  if (notes.has('prepared') && isAtWork(facts, 'destination-hold')) return 'held';
  if (isAtWork(facts, 'restore', 'destination-hold')) return 'restoring';
  if (isAtWork(facts, ...parkedKeepers)) return notes.has('claimed') ? 'restoring' : 'parked';
  // This migration has resumed nothing: a person has started the container.
  if (runs) return 'foreign';
  return notes.has('dumped') ? 'images' : 'files';
};

/** Lets held processes run, and waits until the runtime has taken them over. */
export const resumeHeld = async (host: Host, { destinationDirectory }: Plan): Promise<void> => {
  const before = await readMigrationFacts(host, destinationDirectory);
  if (!before.notes.has('resumed'))
    await host.run({ argv: scriptArgv('give-verdict', destinationDirectory, 'resume') });
  const { notes } = await waitUntilIdle(host, destinationDirectory, restoreProcesses, { seconds: 60 });
  if (notes.has('resumed')) return;
  throw new CommandFailed({
    host: host.name,
    argv: ['runc', 'restore'],
    exitCode: undefined,
    stderr: '',
    reason: 'ended without letting the processes run',
  });
};

interface RestoreAgainOptions {
  /** runc's `--root` on the destination. */
  readonly runcRoot: string;
  /** runc's id of the container on the destination. */
  readonly id: string;
  /** The path of the OCI configuration that the container is restored with. */
  readonly config: string;
  /** Parks a restore, in the same way as for the first one. */
  readonly park: () => Promise<ParkedRestore>;
}

/** Verifies the images, makes the processes from them once more, and lets the processes run. */
export const restoreAgain = async (
  host: Host,
  plan: Plan,
  { runcRoot, id, config, park }: RestoreAgainOptions,
): Promise<void> => {
  const directory = plan.destinationDirectory;
  await verifyReceived(host, receivedCheckpoint(plan, config));
  await endRestore(host, plan);
  await host.run({ argv: scriptArgv('forget-container', runcRoot, id) });
  await host.run({ argv: scriptArgv('forget-restore', directory) });
  const parked = await park();
  try {
    await host.run({ argv: scriptArgv('give-verdict', directory, 'restore') });
    await parked.prepared;
  } catch (cause) {
    await parked.discard();
    throw cause;
  }
  await parked.resume();
  await parked.settle();
};

/** Ends a restore at whatever point it is: the processes it has made, and all helpers at work. */
export const endRestore = async (host: Host, { destinationDirectory, migration }: Plan): Promise<void> => {
  const directory = destinationDirectory;
  const discard = async (): Promise<void> => {
    await host.probe({ argv: scriptArgv('give-verdict', directory, 'discard') });
  };
  const facts = await readMigrationFacts(host, directory);
  if (facts.migration !== migration) return;
  await endProcesses(
    host,
    facts.atWork.filter(({ name }) => helpers.includes(name)),
  );
  // Sent again at each look: the process that reads verdicts next may not have started yet.
  if (isAtWork(facts, ...restoreProcesses))
    await waitUntilIdle(host, directory, restoreProcesses, { seconds: 30, onLook: discard });
  await host.run({ argv: scriptArgv('end-copy', directory) });
};

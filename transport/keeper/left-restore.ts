import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { DestinationStanding } from '../../engine/model/recovery.ts';
import type { ParkedRestore } from '../../engine/ports/destination.ts';
import type { Host } from '../../engine/ports/host.ts';
import { scriptArgv } from '../door/script.ts';
import { receivedBy, verifyReceived } from '../received/verify-received.ts';
import { endProcesses } from './end-left-over.ts';
import { isAtWork, type MigrationFacts, readMigrationFacts, untilIdle } from './migration-facts.ts';

/** A restore whose controller is gone, for whatever runtime. */

const keepers = ['parked-restore', 'parked-docker'];
/** They end by themselves once they have heard what is to be done; criu is never killed. */
const restoring = [...keepers, 'restore', 'destination-hold'];
/** Nobody needs them any more. */
const helpers = ['page-server', 'criu-page-server', 'hand-over', 'stray-criu'];

/** `runs`: whether the runtime has the container, and it runs. */
export const standingOf = (
  facts: MigrationFacts,
  { migration }: Plan,
  runs: boolean,
): DestinationStanding => {
  if (facts.migration === undefined) return runs ? 'other' : 'nothing';
  if (facts.migration !== migration) return 'taken';
  if (facts.marks.has('resumed') && !isAtWork(facts, ...restoring)) {
    if (runs) return 'running';
    return facts.marks.has('started') || !facts.marks.has('dumped') ? 'over' : 'cut-off';
  }
  return beforeResume(facts);
};

const beforeResume = (facts: MigrationFacts): DestinationStanding => {
  const { marks } = facts;
  if (marks.has('resumed')) return 'restoring';
  if (marks.has('prepared') && isAtWork(facts, 'destination-hold')) return 'held';
  if (isAtWork(facts, 'restore', 'destination-hold')) return 'restoring';
  if (isAtWork(facts, ...keepers)) return marks.has('claimed') ? 'restoring' : 'parked';
  return marks.has('dumped') ? 'images' : 'files';
};

/** Lets held processes run, and waits until the runtime has them. */
export const resumeHeld = async (host: Host, { destinationDirectory }: Plan): Promise<void> => {
  const before = await readMigrationFacts(host, destinationDirectory);
  if (!before.marks.has('resumed'))
    await host.run({ argv: scriptArgv('give-verdict', destinationDirectory, 'resume') });
  const { marks } = await untilIdle(host, destinationDirectory, restoring, { seconds: 60 });
  if (marks.has('resumed')) return;
  throw new CommandFailed({
    host: host.name,
    argv: ['runc', 'restore'],
    exitCode: undefined,
    stderr: '',
    reason: 'ended without letting the processes run',
  });
};

interface RestoreAgain {
  /** runc's, and what it calls the container there. */
  readonly runcRoot: string;
  readonly id: string;
  /** The configuration it is restored with. */
  readonly config: string;
  /** As for the first restore. */
  readonly park: () => Promise<ParkedRestore>;
}

/** Makes the processes anew from images that are what they should be, and lets them run. */
export const restoreAgain = async (
  host: Host,
  plan: Plan,
  { runcRoot, id, config, park }: RestoreAgain,
): Promise<void> => {
  const directory = plan.destinationDirectory;
  await verifyReceived(host, receivedBy(plan, config));
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

/** Ends a restore at whatever point it is, with all it has made, and whoever else is still at work. */
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
  // Said again at each look: whoever takes verdicts next may not have been there yet.
  if (isAtWork(facts, ...restoring))
    await untilIdle(host, directory, restoring, { seconds: 30, onLook: discard });
  await host.run({ argv: scriptArgv('end-copy', directory) });
};

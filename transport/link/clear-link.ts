import type { Plan } from '../../engine/model/plan.ts';
import { millis } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import { endProcesses } from '../keeper/end-processes.ts';
import { readMigrationFacts, waitUntilIdle } from '../keeper/migration-facts.ts';
import { controlSocketOf } from './ssh-master.ts';

/** Processes to end once it is certain where the container runs. criu and the runtime end by themselves. */
const helpers = ['final-dump', 'ship-images', 'ship-image', 'measure-link', 'pace'];

/** Ends the connection of a migration without a controller, and the processes on the source that use it. */
export const clearSource = async (source: Host, plan: Plan): Promise<void> => {
  const directory = plan.sourceDirectory;
  const facts = await readMigrationFacts(source, directory);
  if (facts.migration !== plan.migration) return;
  const { atWork } = await waitUntilIdle(source, directory, ['checkpoint', 'source-hold'], { seconds: 60 });
  await endProcesses(
    source,
    atWork.filter(({ name }) => helpers.includes(name)),
  );
  const exit = ['ssh', '-F', 'none', '-S', controlSocketOf(plan), '-O', 'exit', '--', 'destination'] as const;
  await source.probe({ argv: ['timeout', '5', ...exit], timeout: millis(20_000) });
  const remaining = await readMigrationFacts(source, directory);
  await endProcesses(
    source,
    remaining.atWork.filter(({ name }) => name === 'ssh'),
  );
};

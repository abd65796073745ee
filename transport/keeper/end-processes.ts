import type { Host } from '../../engine/ports/host.ts';
import type { ProcessAtWork } from './migration-facts.ts';

/** Ends processes that were found at work. A process that has ended meanwhile is no error. */
export const endProcesses = async (host: Host, processes: readonly ProcessAtWork[]): Promise<void> => {
  if (processes.length === 0) return;
  const pids = processes.map(({ pid }) => pid);
  await host.probe({ argv: ['sh', '-c', 'kill -- "$@" 2>/dev/null', 'sh', ...pids] });
};

import { CommandFailed } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';

/** From 1.3 on runc fails where no container was ever made: its directory of states is not there yet. */
const NO_STATES = /open \S+: no such file or directory/;

/** The ids of runc's own containers on a host, in no order. */
export const listContainers = async (host: Host): Promise<readonly string[]> => {
  const argv = ['runc', 'list', '-q'] as const;
  const { exitCode, stdout, stderr } = await host.probe({ argv });
  if (exitCode === 0) return stdout.split('\n').filter((id) => id !== '');
  if (NO_STATES.test(stderr)) return [];
  throw new CommandFailed({ host: host.name, argv, exitCode, stderr });
};

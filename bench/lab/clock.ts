import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { HostName } from './hosts.ts';
import { LabError } from './lab-error.ts';

const PATIENCE = 60_000;

/** The time is sent once ssh is through: what ssh takes to connect does not count. */
const setTime = 'echo go; read -r now; date -u -s "@$now" > /dev/null';

/**
 * Sets the clock of a host that went on from a saved state, by this machine's. As that goes by ssh, a host whose clock is set
 * is one that answers.
 */
export const setClock = async (sshConfig: string, host: HostName, signal?: AbortSignal): Promise<void> => {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const problem = await trySetClock(sshConfig, host, signal);
    if (problem === undefined) return;
    if (Date.now() > deadline) throw new LabError(`host ${host} does not answer over ssh: ${problem}`);
    await sleep(200, undefined, { signal });
  }
};

/** What was in the way, if something was. */
const trySetClock = async (
  sshConfig: string,
  host: HostName,
  signal?: AbortSignal,
): Promise<string | undefined> => {
  const args = ['-F', sshConfig, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', host, setTime];
  const ssh = execa('ssh', args, {
    reject: false,
    timeout: 20_000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  ssh.stdout.once('data', () => ssh.stdin.end(`${(Date.now() / 1000).toFixed(3)}\n`));
  const { exitCode, stderr, shortMessage } = await ssh;
  signal?.throwIfAborted();
  return exitCode === 0 ? undefined : stderr.trim() || shortMessage || 'ssh failed';
};

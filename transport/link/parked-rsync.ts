import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { FileSync, ParkedFileSync } from '../../engine/ports/link.ts';
import { bytesSent, metTheDump, READY, VANISHED } from './rsync.ts';

type Argv = readonly [string, ...string[]];

/** How long its connection may take to be made, in milliseconds. After that it is made in the downtime. */
const CONNECTING = 5000;

/** Starts an rsync that reads what to send from standard input, and leaves it waiting there. */
export const parkRsync = async (source: Host, argv: Argv, names: string): Promise<ParkedFileSync> => {
  const rsync = await source.start({ argv });
  const lines: string[] = [];
  const connected = new AbortController();
  const ended = (async () => {
    for await (const line of rsync.lines) {
      lines.push(line);
      if (line === READY) connected.abort();
    }
    connected.abort();
    return await rsync.exit;
  })();
  ended.catch(() => {});
  await sleep(CONNECTING, undefined, { signal: connected.signal }).catch(() => {});
  return {
    sync: async () => {
      rsync.write(names);
      rsync.endInput();
      const { exitCode, stderr } = await ended;
      return syncOf(source, argv, { exitCode, stdout: lines.join('\n'), stderr });
    },
    // Told to send nothing, it would end as well, if the other end lets it.
    discard: async () => {
      await rsync.kill('TERM');
      await rsync.exit;
    },
  };
};

interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export const syncOf = ({ name: host }: Host, argv: Argv, { exitCode, stdout, stderr }: Ended): FileSync => {
  // Files come and go while the container runs.
  if (exitCode !== 0 && exitCode !== VANISHED) throw new CommandFailed({ host, argv, exitCode, stderr });
  return { sent: bytes(bytesSent(stdout)), steady: exitCode === 0 && !metTheDump(stdout) };
};

import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../engine/model/errors.ts';
import { bytes } from '../../engine/model/units.ts';
import type { Host } from '../../engine/ports/host.ts';
import type { FileSync, ParkedFileSync } from '../../engine/ports/link.ts';
import { bytesSent, EXIT_VANISHED, READY, sawDumpDirectory } from './rsync.ts';

type Argv = readonly [string, ...string[]];

/** Milliseconds to wait for rsync's connection. A slower connection is made during the downtime. */
const CONNECT_LIMIT = 5000;

/** Starts an rsync that reads the names to send from standard input, and leaves it waiting for them. */
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
  await sleep(CONNECT_LIMIT, undefined, { signal: connected.signal }).catch(() => {});
  return {
    sync: async () => {
      rsync.write(names);
      rsync.endInput();
      const { exitCode, stderr } = await ended;
      return syncResult(source, argv, { exitCode, stdout: lines.join('\n'), stderr });
    },
    // With an empty list rsync would end too, but only if the destination still answers.
    discard: async () => {
      await rsync.kill('TERM');
      await rsync.exit;
    },
  };
};

interface RsyncExit {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export const syncResult = (
  { name: host }: Host,
  argv: Argv,
  { exitCode, stdout, stderr }: RsyncExit,
): FileSync => {
  // Files may vanish while the container runs.
  if (exitCode !== 0 && exitCode !== EXIT_VANISHED) throw new CommandFailed({ host, argv, exitCode, stderr });
  return { sent: bytes(bytesSent(stdout)), steady: exitCode === 0 && !sawDumpDirectory(stdout) };
};

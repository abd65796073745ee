import { Transform, type TransformCallback } from 'node:stream';
import { SHELL_ENVIRONMENT } from './environment.ts';
import { quoteArgv } from './quote.ts';

/** Identifies a process. Pids are used again, but a pid with a start time is unique until a reboot. */
export interface ProcessId {
  readonly pid: string;
  /** In clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTime: string;
}

const ANNOUNCEMENT = 'precopy-process:';
/** Bytes. A shell's start-up files may write this much before the announcement. */
const MAX_PREAMBLE = 64 * 1024;

/**
 * Returns the line for the login shell. The shell announces its own process, then becomes the command: sshd
 * may refuse to send signals, so precopy sends them to the announced process. The command needs no second
 * process.
 */
export const announcedLine = (argv: readonly string[]): string =>
  `${SHELL_ENVIRONMENT}; { read -r stat </proc/$$/stat; } 2>/dev/null; ` +
  `printf '${ANNOUNCEMENT}%s\\n' "$stat"; exec ${quoteArgv(argv)}`;

const KILL_SCRIPT = `
{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || exit 0
set -- "$1" "$2" "$3" \${stat##*) }
[ "\${23}" = "$2" ] || exit 0
kill -s "$3" "$1" || ! [ -d "/proc/$1" ]
`;

/** Returns a line that signals this very process. The line succeeds also when the process has ended. */
export const killLine = ({ pid, startTime }: ProcessId, signal: string): string =>
  `exec ${quoteArgv(['/bin/sh', '-c', KILL_SCRIPT, 'sh', pid, startTime, signal])}`;

interface Stat extends ProcessId {
  /** One letter: `R` is running, `Z` has ended and waits for its parent. */
  readonly state: string;
}

/** Parses `/proc/PID/stat`. */
export const parseStat = (stat: string): Stat | undefined => {
  const pid = /^\d+/.exec(stat)?.[0];
  // The second field is the name in brackets, which may contain spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return pid === undefined || state === undefined || startTime === undefined
    ? undefined
    : { pid, startTime, state };
};

/** Removes the announcement, and what start-up files of the shell wrote before it, from standard output. */
export const withoutAnnouncement = (onProcess: (id: ProcessId | undefined) => void): Transform => {
  let buffered: Buffer | undefined = Buffer.alloc(0);
  const withoutPreamble = (text: Buffer): Buffer | undefined => {
    const start = text.indexOf(ANNOUNCEMENT);
    const end = start < 0 ? -1 : text.indexOf('\n', start);
    if (end >= 0) {
      onProcess(parseStat(text.toString('latin1', start + ANNOUNCEMENT.length, end)));
      return text.subarray(end + 1);
    }
    if (text.length <= MAX_PREAMBLE) return undefined;
    onProcess(undefined);
    return text;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      if (buffered === undefined) {
        done(null, chunk);
        return;
      }
      buffered = Buffer.concat([buffered, chunk]);
      const rest = withoutPreamble(buffered);
      if (rest !== undefined) buffered = undefined;
      done(null, rest);
    },
    flush(done: TransformCallback): void {
      if (buffered !== undefined) onProcess(undefined);
      done(null, buffered);
    },
  });
};

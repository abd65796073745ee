import { Transform, type TransformCallback } from 'node:stream';
import { SHELL_ENVIRONMENT } from './environment.ts';
import { quoteArgv } from './quote.ts';

/** A process and not its number: numbers are used again, a number with its start time is not (until a reboot). */
export interface ProcessId {
  readonly pid: string;
  /** In clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTime: string;
}

const MARK = 'precopy-process:';
/** A shell's start-up files may write something first; more than this is not a shell that runs our line. */
const LONGEST_PREAMBLE = 64 * 1024;

/**
 * The line for the login shell. It says which process it is, then becomes the command: sshd may refuse to send signals,
 * so we send them ourselves. No process is started beside the command's own.
 */
export const announcedLine = (argv: readonly string[]): string =>
  `${SHELL_ENVIRONMENT}; { read -r stat </proc/$$/stat; } 2>/dev/null; ` +
  `printf '${MARK}%s\\n' "$stat"; exec ${quoteArgv(argv)}`;

const KILL_SCRIPT = `
{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || exit 0
set -- "$1" "$2" "$3" \${stat##*) }
[ "\${23}" = "$2" ] || exit 0
kill -s "$3" "$1" || ! [ -d "/proc/$1" ]
`;

/** The line that signals this very process, and succeeds when it is gone already. */
export const killLine = ({ pid, startTime }: ProcessId, signal: string): string =>
  `exec ${quoteArgv(['/bin/sh', '-c', KILL_SCRIPT, 'sh', pid, startTime, signal])}`;

interface Stat extends ProcessId {
  /** One letter: `R` runs, `Z` has ended and waits for its parent. */
  readonly state: string;
}

/** Parses `/proc/PID/stat`. */
export const parseStat = (stat: string): Stat | undefined => {
  const pid = /^\d+/.exec(stat)?.[0];
  // The second field is the name in brackets, and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return pid === undefined || state === undefined || startTime === undefined
    ? undefined
    : { pid, startTime, state };
};

/** Takes the announcement, and what a shell's start-up files wrote before it, out of standard output. */
export const withoutAnnouncement = (onProcess: (id: ProcessId | undefined) => void): Transform => {
  let held: Buffer | undefined = Buffer.alloc(0);
  const takeAnnouncement = (text: Buffer): Buffer | undefined => {
    const start = text.indexOf(MARK);
    const end = start < 0 ? -1 : text.indexOf('\n', start);
    if (end >= 0) {
      onProcess(parseStat(text.toString('latin1', start + MARK.length, end)));
      return text.subarray(end + 1);
    }
    if (text.length <= LONGEST_PREAMBLE) return undefined;
    onProcess(undefined);
    return text;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      if (held === undefined) {
        done(null, chunk);
        return;
      }
      held = Buffer.concat([held, chunk]);
      const rest = takeAnnouncement(held);
      if (rest !== undefined) held = undefined;
      done(null, rest);
    },
    flush(done: TransformCallback): void {
      if (held !== undefined) onProcess(undefined);
      done(null, held);
    },
  });
};

import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Report } from '../../engine/model/report.ts';
import { providedLab } from './provided.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Finished {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly finished: Promise<Finished>;
  signal(name: 'SIGINT' | 'SIGUSR2' | 'SIGKILL'): void;
  /** Resolves once standard error shows it, rejects when the program ends without. */
  shows(line: RegExp): Promise<void>;
}

/** The command line as it is built, started as a user would. */
export const start = (args: readonly string[]): Started => {
  const env = { XDG_STATE_HOME: providedLab().stateHome };
  const running = execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore', env });
  let seen = '';
  running.stderr.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  const finished = running.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
  return {
    finished,
    signal: (name) => {
      running.kill(name);
    },
    shows: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (line.test(seen)) resolve();
        };
        running.stderr.on('data', look);
        look();
        void finished.then(({ stdout }) => reject(new Error(`ended before ${line}:\n${seen}\n${stdout}`)));
      }),
  };
};

export const precopy = (...args: readonly string[]): Promise<Finished> => start(args).finished;

/** The report that a run with `--json` printed. A run that printed none fails with all it said. */
export const reportOf = ({ exitCode, stdout, stderr }: Finished): Report => {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`exit ${exitCode}, no report:\n${stderr}\n${stdout}`, { cause });
  }
};

export const migrate = async (
  ...args: readonly string[]
): Promise<Finished & { readonly report: Report }> => {
  const finished = await precopy('migrate', ...args, '--json', '--yes');
  return { ...finished, report: reportOf(finished) };
};

/** Starts a migration and resolves once its progress shows `line`; the process goes on. */
export const startUntil = async (line: RegExp, args: readonly string[]): Promise<Started> => {
  const running = start(args);
  await running.shows(line);
  return running;
};

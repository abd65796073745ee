import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Bytes } from '../../engine/model/units.ts';
import type { Host, RunningCommand } from '../../engine/ports/host.ts';
import type { PageWay } from '../../engine/ports/pages.ts';
import { scriptArgv } from '../door/script.ts';
import { controlSocketOf } from './ssh-master.ts';

/** Limits the rate of what goes from source to destination. */
export interface Pace {
  limit(plan: Plan, rate: Bytes | undefined): Promise<void>;
  /** Includes criu's own connection for pages in the limit, until the returned way is closed. */
  includePages(plan: Plan, way: PageWay): PageWay;
  end(): Promise<void>;
}

/** Starts no process on the source before the first `limit`. */
export const linkPace = (source: Host, sshPort: number): Pace => {
  let pacer: Pacer | undefined;
  let pagePort = 0;
  const setPagePort = (port: number): void => {
    pagePort = port;
    pacer?.write(`pages ${port}\n`);
  };
  return {
    limit: async (plan, rate) => {
      if (pacer === undefined) {
        pacer = await startPacer(
          source,
          scriptArgv('pace', plan.sourceDirectory, controlSocketOf(plan), sshPort),
        );
        pacer.write(`pages ${pagePort}\n`);
      }
      pacer.write(`rate ${rate ?? 0}\n`);
      const answer = await pacer.answer();
      if (answer !== `paced ${rate ?? 0}`) throw await pacer.failed(answer);
    },
    includePages: ({ pages: { channel } }, way) => {
      if (channel === 'ssh') return way;
      setPagePort(way.endpoint.port);
      const close = async (): Promise<void> => {
        setPagePort(0);
        await way.close();
      };
      return { ...way, close };
    },
    end: async () => {
      await pacer?.end();
      pacer = undefined;
    },
  };
};

interface Pacer {
  write(text: string): void;
  /** Returns the next line that the script prints, or undefined when the script has ended. */
  answer(): Promise<string | undefined>;
  failed(answer: string | undefined): Promise<CommandFailed>;
  end(): Promise<void>;
}

const startPacer = async (source: Host, argv: readonly [string, ...string[]]): Promise<Pacer> => {
  const command: RunningCommand = await source.start({ argv });
  const answers = command.lines[Symbol.asyncIterator]();
  return {
    write: command.write,
    answer: async () => {
      const { done, value } = await answers.next();
      return done === true ? undefined : value;
    },
    failed: async (answer) => {
      const stderr = answer === undefined ? (await command.exit).stderr : answer.replace(/^failed /, '');
      const reason = 'cannot limit the rate of the connection';
      return new CommandFailed({ host: source.name, argv: ['pace'], exitCode: undefined, stderr, reason });
    },
    end: async () => {
      command.endInput();
      await command.exit;
    },
  };
};

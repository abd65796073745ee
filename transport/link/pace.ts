import { CommandFailed } from '../../engine/model/errors.ts';
import type { Plan } from '../../engine/model/plan.ts';
import type { Bytes } from '../../engine/model/units.ts';
import type { Host, RunningCommand } from '../../engine/ports/host.ts';
import type { PageWay } from '../../engine/ports/pages.ts';
import { scriptArgv } from '../door/script.ts';
import { muxOf } from './ssh-master.ts';

/** Holds what goes from source to destination to a rate. */
export interface Pace {
  limit(plan: Plan, rate: Bytes | undefined): Promise<void>;
  /** The same way, known to whoever holds the rate where criu makes a connection of its own. */
  over(plan: Plan, way: PageWay): PageWay;
  end(): Promise<void>;
}

/** Nothing runs on the source until it is first asked, if only to show that it can. */
export const linkPace = (source: Host, sshPort: number): Pace => {
  let pacer: Pacer | undefined;
  let pages = 0;
  const tellPages = (port: number): void => {
    pages = port;
    pacer?.write(`pages ${port}\n`);
  };
  return {
    limit: async (plan, rate) => {
      if (pacer === undefined) {
        pacer = await startPacer(
          source,
          scriptArgv('pace', plan.sourceDirectory, muxOf(plan), String(sshPort)),
        );
        pacer.write(`pages ${pages}\n`);
      }
      pacer.write(`rate ${rate ?? 0}\n`);
      const answer = await pacer.answer();
      if (answer !== `paced ${rate ?? 0}`) throw await pacer.failed(answer);
    },
    over: ({ pages: { channel } }, way) => {
      if (channel === 'ssh') return way;
      tellPages(way.endpoint.port);
      const close = async (): Promise<void> => {
        tellPages(0);
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
  /** The next line it says; nothing when it has ended. */
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
      const reason = 'cannot hold the connection to a rate';
      return new CommandFailed({ host: source.name, argv: ['pace'], exitCode: undefined, stderr, reason });
    },
    end: async () => {
      command.endInput();
      await command.exit;
    },
  };
};

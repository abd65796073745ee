import { inTime } from './in-time.ts';
import { openLines } from './line-connection.ts';
import { type Conversation, PATIENCE, type Protocol } from './protocol.ts';

const open = async (port: number): Promise<Conversation> => {
  const connection = openLines(port);
  try {
    if ((await inTime(connection.ask('hello\n'), PATIENCE)) !== 'hello') throw new Error('no echo');
  } catch (cause) {
    connection.close();
    throw cause;
  }
  return {
    ask: async (request) => (await connection.ask(`${request}\n`)) === String(request),
    close: connection.close,
  };
};

/** A check reads every page, which takes seconds on an emulated host. */
const CHECK = 120_000;

/** Plain TCP, a line there and back; `check` has the workload look at all of its memory (`bench/workloads/churn.c`). */
export const echoProtocol: Protocol = {
  open,
  verify: async (port) => {
    const connection = openLines(port);
    try {
      const answer = await inTime(connection.ask('check\n'), CHECK);
      return answer === 'right' ? [] : [answer];
    } finally {
      connection.close();
    }
  },
};

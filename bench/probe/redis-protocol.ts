import { contentOf, keyOf, lostWrites } from '../client/redis-writer.ts';
import { openResp } from '../client/resp-connection.ts';
import { inTime } from './in-time.ts';
import { type Conversation, PATIENCE, type Protocol } from './protocol.ts';

const open = async (port: number): Promise<Conversation> => {
  const connection = await openResp(port, PATIENCE);
  try {
    const pong = await inTime(connection.command('PING'), PATIENCE);
    if (pong !== 'PONG') throw new Error('no redis');
  } catch (cause) {
    connection.close();
    throw cause;
  }
  return {
    ask: async (request) => (await connection.command('SET', keyOf(request), contentOf(request))) === 'OK',
    close: connection.close,
  };
};

/** Writes, each under a key of its own; what was acknowledged has to be there in the end. */
export const redisProtocol: Protocol = {
  open,
  verify: async (port, answered) => {
    const lost = await lostWrites(
      port,
      answered.map((write) => ({ write, at: 0 })),
    );
    return lost.map((write) => `acknowledged, and not read back: ${keyOf(write)}`);
  },
};

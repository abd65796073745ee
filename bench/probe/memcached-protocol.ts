import { contentOf, keyOf } from '../client/redis-writer.ts';
import { inTime } from './in-time.ts';
import { type LineConnection, openLines } from './line-connection.ts';
import { type Conversation, PATIENCE, type Protocol } from './protocol.ts';

/** memcached's text protocol: https://github.com/memcached/memcached/blob/master/doc/protocol.txt */
const set = (write: number): string => {
  const content = contentOf(write);
  return `set ${keyOf(write)} 0 0 ${content.length}\r\n${content}\r\n`;
};

const open = async (port: number): Promise<Conversation> => {
  const connection = openLines(port);
  try {
    const version = await inTime(connection.ask('version\r\n'), PATIENCE);
    if (!version.startsWith('VERSION ')) throw new Error('no memcached');
  } catch (cause) {
    connection.close();
    throw cause;
  }
  return {
    ask: async (request) => (await connection.ask(set(request))) === 'STORED',
    close: connection.close,
  };
};

/** Nothing where it is not there. */
const read = async (connection: LineConnection, write: number): Promise<string | undefined> => {
  const first = await connection.ask(`get ${keyOf(write)}\r\n`);
  if (!first.startsWith('VALUE ')) return undefined;
  const content = await connection.more();
  // The line that ends it.
  await connection.more();
  return content;
};

/** All that is asked for in the end. */
const READING = 120_000;

const lostWrites = async (connection: LineConnection, answered: readonly number[]): Promise<string[]> => {
  const lost: string[] = [];
  for (const write of answered) {
    if ((await read(connection, write)) !== contentOf(write))
      lost.push(`acknowledged, and not read back: ${keyOf(write)}`);
  }
  return lost;
};

/** Writes, each under a key of its own; what was acknowledged has to be there in the end. */
export const memcachedProtocol: Protocol = {
  open,
  verify: async (port, answered) => {
    const connection = openLines(port);
    try {
      return await inTime(lostWrites(connection, answered), READING);
    } finally {
      connection.close();
    }
  },
};

import postgres from 'postgres';
import { contentOf, keyOf } from '../client/redis-writer.ts';
import { inTime } from './in-time.ts';
import { type Conversation, PATIENCE, type Protocol } from './protocol.ts';

/** What the probe writes to; made with what the server is given to hold. */
export const WRITTEN = 'written';

const connect = (port: number): postgres.Sql =>
  postgres({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    // One connection, which is never made anew: whoever loses it looks for the service on both hosts.
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
  });

const open = async (port: number): Promise<Conversation> => {
  const sql = connect(port);
  const close = (): void => {
    sql.end({ timeout: 0 }).catch(() => {});
  };
  try {
    await inTime(sql`select 1`, PATIENCE);
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    ask: async (request) => {
      const inserted =
        await sql`insert into ${sql(WRITTEN)} values (${keyOf(request)}, ${contentOf(request)})`;
      return inserted.count === 1;
    },
    close,
  };
};

/** All that is asked for in the end. */
const READING = 120_000;

/** Inserts, each a transaction of its own; what was committed has to be there in the end. */
export const postgresqlProtocol: Protocol = {
  open,
  verify: async (port, answered) => {
    const sql = connect(port);
    try {
      const rows = await inTime(
        sql<{ key: string; content: string }[]>`select key, content from ${sql(WRITTEN)}`,
        READING,
      );
      const found = new Map(rows.map(({ key, content }) => [key, content]));
      return answered
        .filter((write) => found.get(keyOf(write)) !== contentOf(write))
        .map((write) => `committed, and not read back: ${keyOf(write)}`);
    } finally {
      await sql.end({ timeout: 0 });
    }
  },
};

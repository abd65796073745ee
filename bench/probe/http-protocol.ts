import { readPage } from '../client/http-reader.ts';
import type { Protocol } from './protocol.ts';

/** Reads a page that is known, on a connection of its own each time. */
export const httpProtocol = (path: string, page: string): Protocol => {
  const read = async (port: number): Promise<boolean> => {
    const answer = await readPage(port, path);
    if (answer === undefined) throw new Error('no answer');
    return answer === `200 ${page}`;
  };
  return {
    open: async (port) => {
      await read(port);
      return { ask: () => read(port), close: () => {} };
    },
    verify: async (port) => ((await read(port)) ? [] : [`${path} is not what it was`]),
  };
};

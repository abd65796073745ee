import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { memcachedProtocol } from '../../../bench/probe/memcached-protocol.ts';
import { serveTcp } from './tcp-server.ts';

interface Memory {
  take(key: string, content: string): void;
  get(key: string): string | undefined;
}

/** `forgotten`: what it takes and does not keep. */
const memory = (forgotten?: string): Memory => {
  const held = new Map<string, string>();
  return {
    take: (key, content) => {
      if (key !== forgotten) held.set(key, content);
    },
    get: (key) => held.get(key),
  };
};

const found = (key: string, content: string | undefined): string =>
  content === undefined ? 'END' : `VALUE ${key} 0 ${content.length}\r\n${content}\r\nEND`;

/** What memcached says to each line; a value is a line of its own. */
const answering = ({ take, get }: Memory): ((line: string) => string | undefined) => {
  let key: string | undefined;
  return (line) => {
    if (key !== undefined) {
      take(key, line);
      key = undefined;
      return 'STORED';
    }
    const [word, name = ''] = line.split(' ');
    if (word === 'set') key = name;
    if (word === 'get') return found(name, get(name));
    return word === 'version' ? 'VERSION 1.6.38' : undefined;
  };
};

const serve = (answerer: () => (line: string) => string | undefined): Promise<number> =>
  serveTcp((socket) => {
    const answer = answerer();
    createInterface({ input: socket }).on('line', (line) => {
      const said = answer(line);
      if (said !== undefined) socket.write(`${said}\r\n`);
    });
  });

describe('the protocol of memcached', () => {
  it('finds all that was acknowledged, also of writes that were under way together', async () => {
    const held = memory();
    const port = await serve(() => answering(held));
    const conversation = await memcachedProtocol.open(port);
    const answers = await Promise.all([1, 2, 3].map((request) => conversation.ask(request)));
    conversation.close();
    expect(answers).toEqual([true, true, true]);
    expect(await memcachedProtocol.verify(port, [1, 2, 3])).toEqual([]);
  });

  it('names what was acknowledged and is not there, and goes on behind it', async () => {
    const held = memory('write:2');
    const port = await serve(() => answering(held));
    const conversation = await memcachedProtocol.open(port);
    for (const request of [1, 2, 3]) await conversation.ask(request);
    conversation.close();
    const problems = await memcachedProtocol.verify(port, [1, 2, 3]);
    expect(problems).toEqual(['acknowledged, and not read back: write:2']);
  });

  it('takes nothing else for memcached', async () => {
    const port = await serve(() => () => '-ERR unknown command');
    await expect(memcachedProtocol.open(port)).rejects.toThrow('no memcached');
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpProtocol } from '../../../bench/probe/http-protocol.ts';

const serve = async (answer: RequestListener): Promise<number> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

describe('the protocol of a page', () => {
  const protocol = httpProtocol('/', 'the page');

  it('takes the page as right, anything else as wrong, and a broken answer as none', async () => {
    let next: RequestListener = (_, response) => response.end('the page');
    const port = await serve((request, response) => next(request, response));
    const conversation = await protocol.open(port);
    expect(await conversation.ask(1)).toBe(true);
    next = (_, response) => response.writeHead(500).end('the page');
    expect(await conversation.ask(2)).toBe(false);
    expect(await protocol.verify(port, [])).toEqual(['/ is not what it was']);
    next = (_, response) => response.destroy();
    await expect(conversation.ask(3)).rejects.toThrow();
    await expect(protocol.open(port)).rejects.toThrow();
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresqlProtocol } from '../../../bench/probe/postgresql-protocol.ts';

const serve = async (onConnection: (socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

// What it does with a real server, the lab shows.
describe('the protocol of PostgreSQL', () => {
  it('gives up a port behind which nobody answers, in time for the other one', async () => {
    let connections = 0;
    const port = await serve(() => {
      connections += 1;
    });
    await expect(postgresqlProtocol.open(port)).rejects.toThrow('no answer in time');
    expect(connections).toBe(1);
  });

  it('gives up a port that breaks the connection off', async () => {
    const port = await serve((socket) => socket.destroy());
    await expect(postgresqlProtocol.open(port)).rejects.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { postgresqlProtocol } from '../../../bench/probe/postgresql-protocol.ts';
import { serveTcp } from './tcp-server.ts';

// What it does with a real server, the lab shows.
describe('the protocol of PostgreSQL', () => {
  it('gives up a port behind which nobody answers, in time for the other one', async () => {
    let connections = 0;
    const port = await serveTcp(() => {
      connections += 1;
    });
    await expect(postgresqlProtocol.open(port)).rejects.toThrow('no answer in time');
    expect(connections).toBe(1);
  });

  it('gives up a port that breaks the connection off', async () => {
    const port = await serveTcp((socket) => socket.destroy());
    await expect(postgresqlProtocol.open(port)).rejects.toThrow();
  });
});

import { afterAll, beforeAll, describe } from 'vitest';
import { remoteHost } from '../../../transport/host/remote-host.ts';
import { hostContract } from '../../contracts/host.ts';
import { openSshServer, type SshServer } from '../../fakes/ssh-server.ts';

let server: SshServer;

beforeAll(async () => {
  server = await openSshServer();
});

afterAll(() => server.close());

describe('over ssh', () => {
  hostContract('remote host', async () => remoteHost('guest', { configFile: server.configFile }));
});

import { remoteHost } from '../../../transport/host/remote-host.ts';
import { hostContract } from '../../contracts/host.ts';
import type {} from '../../lab/provided.ts';
import { providedLab } from '../../lab/provided.ts';

for (const name of ['a', 'b']) {
  hostContract(`lab host ${name}`, async () => remoteHost(name, { configFile: providedLab().sshConfig }));
}

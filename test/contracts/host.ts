import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Host } from '../../engine/ports/host.ts';
import type { Asked } from './host-commands.ts';
import { connectionsContract } from './host-connections.ts';
import { hostFilesContract, writeFileContract } from './host-files.ts';
import { runContract } from './host-run.ts';
import { startContract } from './host-start.ts';

/** What every host that runs commands must do. */
export const hostContract = (name: string, open: () => Promise<Host>): void => {
  describe(name, { concurrent: true }, () => {
    let host: Host;
    let directories: string;

    beforeAll(async () => {
      host = await open();
      directories = (await host.run({ argv: ['mktemp', '-d', '/tmp/host-contract-XXXXXX'] })).stdout.trim();
    });

    const makeDirectory = async (): Promise<string> => {
      const directory = `${directories}/${randomUUID()}`;
      await host.run({ argv: ['mkdir', directory] });
      return directory;
    };

    afterAll(async () => {
      await host.run({ argv: ['rm', '-rf', '--', directories] });
      await host.close();
    });

    hostFilesContract(name, open, makeDirectory);

    const asked: Asked = { host: () => host, open, directory: makeDirectory };
    runContract(asked);
    startContract(asked);
    connectionsContract(asked);
    writeFileContract(asked);
  });
};

import { connect } from 'node:net';
import type { Host } from '../../engine/ports/host.ts';
import { spawnLocal } from './local-process.ts';
import { processHost } from './process-host.ts';

/** The machine that precopy runs on. */
export const localHost = (name: string = 'localhost'): Host =>
  processHost({
    name,
    spawn: (argv, _purpose, signal) => {
      signal?.throwIfAborted();
      return spawnLocal(name, argv);
    },
    dial: (path) =>
      new Promise((resolve, reject) => {
        const socket = connect({ path });
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.off('error', reject);
          resolve(socket);
        });
      }),
    close: async () => {},
  });

import type { Host } from '../../engine/ports.ts';
import { spawnLocal } from './local-process.ts';
import { processHost } from './process-host.ts';

/** This machine. */
export const localHost = (name: string = 'localhost'): Host =>
  processHost({
    name,
    spawn: (argv, _purpose, signal) => {
      signal?.throwIfAborted();
      return spawnLocal(name, argv);
    },
    close: async () => {},
  });

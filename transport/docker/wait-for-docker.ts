import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { DockerApi } from './docker-api.ts';

/** Attempts to reach the daemon, half a second apart. */
const ATTEMPTS = 120;

/**
 * Waits up to a minute for a Docker daemon that restarts, so that a restart does not prevent a clean-up.
 * Resolves after the minute too: the caller's next request then fails with Docker's error.
 */
export const waitForDocker = async (docker: DockerApi, attempts: number = ATTEMPTS): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      await docker.get('/_ping', z.unknown());
      return;
    } catch (cause) {
      const silent = cause instanceof CommandFailed && cause.exitCode === undefined;
      // A refusal is an answer. For an unreachable host, waiting for Docker does not help.
      if (!silent) return;
      await sleep(500);
    }
  }
};

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CommandFailed } from '../../engine/model/errors.ts';
import type { DockerApi } from './docker-api.ts';

/** How often a daemon is asked whether it is back, half a second apart. */
const LOOKS = 120;

/**
 * A daemon that is just being restarted does not answer for some seconds. What has to be taken back must not stay for that: waits,
 * and leaves it to the next request to say that Docker does not come back.
 */
export const untilDockerAnswers = async (docker: DockerApi, looks: number = LOOKS): Promise<void> => {
  for (let look = 0; look < looks; look += 1) {
    try {
      await docker.get('/_ping', z.unknown());
      return;
    } catch (cause) {
      const silent = cause instanceof CommandFailed && cause.exitCode === undefined;
      // A refusal is an answer; a host that cannot be reached is another matter.
      if (!silent) return;
      await sleep(500);
    }
  }
};

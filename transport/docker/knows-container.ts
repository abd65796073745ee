import { CommandFailed } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { dockerApi } from './docker-api.ts';
import { Inspect } from './inspect.ts';

/** Returns whether Docker runs on the host and has a container of this name. */
export const knowsContainer = async (host: Host, name: string): Promise<boolean> => {
  try {
    return (
      (await dockerApi(host).find(`/containers/${encodeURIComponent(name)}/json`, Inspect)) !== undefined
    );
  } catch (cause) {
    // No Docker, or no permission to use it.
    if (cause instanceof CommandFailed) return false;
    throw cause;
  }
};

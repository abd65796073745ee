import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';

/** dockerd's default directory for the state of running containers. */
const DEFAULT_EXEC_ROOT = '/run/docker';

const DaemonConfig: z.ZodType<{ 'exec-root'?: string | undefined }> = z.looseObject({
  'exec-root': z.string().startsWith('/').optional(),
});

/**
 * Returns dockerd's `exec-root`, or the default when no dockerd is found. dockerd's API does not show it: it
 * is on dockerd's command line or in its configuration file, never in both.
 */
export const readExecRoot = async (host: Host, signal?: AbortSignal): Promise<string> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-exec-root') }, signal);
  const { one } = parseRecords(stdout);
  const content = one('config-content');
  const text = content === undefined ? '{}' : Buffer.from(content, 'base64').toString();
  const root = one('exec-root') ?? execRootFrom(text, `${one('config') ?? 'daemon.json'} on ${host.name}`);
  if (!root.startsWith('/'))
    throw new InvalidInput(
      `dockerd on ${host.name} has the exec-root ${root}, which is not an absolute path`,
    );
  return root === '/var/run/docker' ? DEFAULT_EXEC_ROOT : root.replace(/\/+$/, '');
};

const execRootFrom = (text: string, where: string): string => {
  const { success, data } = DaemonConfig.safeParse(jsonOrUndefined(text));
  if (success) return data['exec-root'] ?? DEFAULT_EXEC_ROOT;
  throw new InvalidInput(`${where} is not a valid configuration of dockerd`);
};

/** dockerd reads a file of spaces as no file. Returns undefined for text that is not JSON. */
const jsonOrUndefined = (text: string): unknown => {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    return undefined;
  }
};

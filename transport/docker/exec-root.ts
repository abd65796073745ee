import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseRecords } from '../door/records.ts';
import { scriptArgv } from '../door/script.ts';

/** Where dockerd keeps the state of what runs, unless told otherwise. */
const DEFAULT = '/run/docker';

const Configured: z.ZodType<{ 'exec-root'?: string | undefined }> = z.looseObject({
  'exec-root': z.string().startsWith('/').optional(),
});

/**
 * dockerd's `exec-root`. Its API does not tell: it stands on its command line or in its configuration file, never in both. The default
 * where no dockerd is seen.
 */
export const readExecRoot = async (host: Host, signal?: AbortSignal): Promise<string> => {
  const { stdout } = await host.run({ argv: scriptArgv('docker-exec-root') }, signal);
  const { one } = parseRecords(stdout);
  const content = one('config-content');
  const text = content === undefined ? '{}' : Buffer.from(content, 'base64').toString();
  const root = one('exec-root') ?? configured(text, `${one('config') ?? 'daemon.json'} on ${host.name}`);
  if (!root.startsWith('/')) throw new InvalidInput(`dockerd on ${host.name} has the exec-root ${root}`);
  return root === '/var/run/docker' ? DEFAULT : root.replace(/\/+$/, '');
};

const configured = (text: string, where: string): string => {
  const { success, data } = Configured.safeParse(json(text));
  if (success) return data['exec-root'] ?? DEFAULT;
  throw new InvalidInput(`${where} is not as dockerd reads it`);
};

/** dockerd takes a file of spaces for none. */
const json = (text: string): unknown => {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    return undefined;
  }
};

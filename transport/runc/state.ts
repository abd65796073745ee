import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseJson } from '../door/json.ts';

/** What `runc state` prints, as far as we use it. */
export interface RuncState {
  readonly id: string;
  readonly pid: number;
  readonly status: 'creating' | 'created' | 'running' | 'paused' | 'stopped';
  readonly bundle: string;
  readonly rootfs: string;
}

const State: z.ZodType<RuncState> = z.object({
  id: z.string(),
  pid: z.number().int(),
  status: z.enum(['creating', 'created', 'running', 'paused', 'stopped']),
  bundle: z.string().startsWith('/'),
  rootfs: z.string().startsWith('/'),
});

/** What we read of an OCI `config.json`. */
export interface OciConfig {
  readonly process?:
    | { readonly terminal?: boolean | undefined; readonly noNewPrivileges?: boolean | undefined }
    | undefined;
  readonly mounts?: readonly OciMount[] | undefined;
  readonly linux?: { readonly namespaces?: readonly OciNamespace[] | undefined } | undefined;
}

interface OciMount {
  readonly destination: string;
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  readonly options?: readonly string[] | undefined;
}

interface OciNamespace {
  readonly type: string;
  readonly path?: string | undefined;
}

const Config: z.ZodType<OciConfig> = z.object({
  process: z.object({ terminal: z.boolean().optional(), noNewPrivileges: z.boolean().optional() }).optional(),
  mounts: z
    .array(
      z.object({
        destination: z.string(),
        type: z.string().optional(),
        source: z.string().optional(),
        options: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  linux: z
    .object({ namespaces: z.array(z.object({ type: z.string(), path: z.string().optional() })).optional() })
    .optional(),
});

/** The ids runc accepts; it becomes part of paths. */
export const checkContainerId = (id: string): string => {
  if (!/^[\w+.-]+$/.test(id) || id === '.' || id === '..' || id.startsWith('-')) {
    throw new InvalidInput(`'${id}' is no container id: letters, digits, '_', '+', '-' and '.' only`);
  }
  return id;
};

/** `undefined` when the runtime knows no such container. */
export const readState = async (
  host: Host,
  runcRoot: string,
  id: string,
  signal?: AbortSignal,
): Promise<RuncState | undefined> => {
  const output = await host.probe({ argv: ['runc', '--root', runcRoot, 'state', id] }, signal);
  if (output.exitCode !== 0) {
    // From 1.3 on runc says it otherwise where no container was ever made.
    if (/does not exist|open \S+: no such file or directory/.test(output.stderr)) return undefined;
    throw new InvalidInput(`runc on ${host.name} cannot tell the state of ${id}: ${output.stderr.trim()}`);
  }
  return parseJson(State, output.stdout, `runc state of ${id} on ${host.name}`);
};

export const readConfig = async (host: Host, bundle: string): Promise<OciConfig> => {
  const content = await host.readFile(`${bundle}/config.json`);
  return parseJson(Config, new TextDecoder().decode(content), `${bundle}/config.json on ${host.name}`);
};

import { z } from 'zod';
import { InvalidInput } from '../../engine/model/errors.ts';
import type { Host } from '../../engine/ports/host.ts';
import { parseJson } from '../door/json.ts';

/** The fields that precopy reads of `runc state`. */
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

/** The fields that precopy reads of an OCI `config.json`. */
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

/** Checks the form of an id, which becomes part of paths. Throws `InvalidInput` for any other. */
export const checkContainerId = (id: string): string => {
  if (!/^[\w+.-]+$/.test(id) || id === '.' || id === '..' || id.startsWith('-')) {
    throw new InvalidInput(
      `'${id}' is not a container id: only letters, digits, '_', '+', '-' and '.' are allowed`,
    );
  }
  return id;
};

/** Returns undefined when runc has no container of this id. */
export const readState = async (
  host: Host,
  runcRoot: string,
  id: string,
  signal?: AbortSignal,
): Promise<RuncState | undefined> => {
  const output = await host.probe({ argv: ['runc', '--root', runcRoot, 'state', id] }, signal);
  if (output.exitCode !== 0) {
    // runc 1.3 and later has another message when no container was ever created.
    if (/does not exist|open \S+: no such file or directory/.test(output.stderr)) return undefined;
    throw new InvalidInput(
      `runc on ${host.name} failed to print the state of container ${id}: ${output.stderr.trim()}`,
    );
  }
  return parseJson(State, output.stdout, `runc state of ${id} on ${host.name}`);
};

export const readConfig = async (host: Host, bundle: string): Promise<OciConfig> => {
  const content = await host.readFile(`${bundle}/config.json`);
  return parseJson(Config, new TextDecoder().decode(content), `${bundle}/config.json on ${host.name}`);
};

import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parse } from 'ssh-config';
import { InvalidInput } from '../../engine/model/errors.ts';
import { expandHome, readSshConfig } from './ssh-config-file.ts';
import { parseDestination, parsePort } from './ssh-destination.ts';

/** Where and how to log in: all settings of the user's ssh configuration that precopy follows. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  /** The identity files are ssh's default files, which need not exist. */
  readonly defaultIdentities: boolean;
  /** Use only those keys of the agent that belong to the identity files. */
  readonly identitiesOnly: boolean;
  /** Socket of the agent. */
  readonly agent?: string;
  readonly knownHostsFiles: readonly string[];
  /** The name to look up in known_hosts instead of the host's. */
  readonly hostKeyAlias?: string;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Settings of the configuration that precopy does not follow. */
  readonly warnings: readonly string[];
}

type Settings = Readonly<Record<string, string | readonly string[]>>;

const CONNECT_TIMEOUT = 30_000;
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

const userFile = (name: string): string => join(homedir(), '.ssh', name);

const settingsFor = (host: string, user: string | undefined, configFile: string | undefined): Settings => {
  const text = readSshConfig(configFile);
  try {
    const query = { Host: host, ...(user === undefined ? {} : { User: user }) };
    return parse(text).compute(query, { ignoreCase: true });
  } catch (error) {
    throw new InvalidInput('the ssh configuration cannot be understood', { cause: error });
  }
};

const one = (settings: Settings, key: string): string | undefined => {
  const value = settings[key];
  return typeof value === 'string' ? value : value?.[0];
};

const several = (settings: Settings, key: string): readonly string[] | undefined => {
  const value = settings[key];
  return typeof value === 'string' ? value.split(/\s+/) : value;
};

const isNone = (value: string): boolean => value.toLowerCase() === 'none';

const refuseProxies = (destination: string, settings: Settings): void => {
  for (const [key, name] of [
    ['proxyjump', 'ProxyJump'],
    ['proxycommand', 'ProxyCommand'],
  ] as const) {
    const value = one(settings, key);
    if (value !== undefined && !isNone(value)) {
      throw new InvalidInput(
        `${destination} is reached by ${name} ${value}, which precopy does not support: forward a port to it, and name that port`,
      );
    }
  }
};

const strictnessWarnings = (settings: Settings): readonly string[] => {
  const value = one(settings, 'stricthostkeychecking')?.toLowerCase() ?? 'yes';
  return ['yes', 'ask'].includes(value)
    ? []
    : [`StrictHostKeyChecking ${value} is not followed: precopy accepts only known host keys`];
};

const agentSocket = (settings: Settings, expand: (path: string) => string): string | undefined => {
  const value = one(settings, 'identityagent') ?? 'SSH_AUTH_SOCK';
  if (isNone(value)) return undefined;
  const variable = value === 'SSH_AUTH_SOCK' ? value : /^\$\{?(\w+)\}?$/.exec(value)?.[1];
  const socket = variable === undefined ? expand(value) : process.env[variable];
  return socket === '' ? undefined : socket;
};

const timeoutOf = (settings: Settings): number => {
  const seconds = Number(one(settings, 'connecttimeout'));
  return seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT;
};

/** Returns a function that expands `~` and ssh's `%` tokens. */
const expander = (values: Readonly<Record<string, string>>): ((text: string) => string) => {
  return (text) => expandHome(text.replaceAll(/%(.)/g, (whole, token: string) => values[token] ?? whole));
};

export const resolveTarget = (destination: string, configFile?: string): SshTarget => {
  const parsed = parseDestination(destination);
  const settings = settingsFor(parsed.host, parsed.user, configFile);
  refuseProxies(destination, settings);
  const local = { '%': '%', d: homedir(), u: userInfo().username };
  const host = expander({ '%': '%', h: parsed.host })(one(settings, 'hostname') ?? parsed.host);
  const user = parsed.user ?? one(settings, 'user') ?? local.u;
  const port = parsed.port ?? parsePort(one(settings, 'port') ?? '22');
  const expand = expander({ ...local, h: host, p: `${port}`, r: user, n: parsed.host, k: parsed.host });
  const files = (values: readonly string[]): readonly string[] =>
    values.filter((value) => !isNone(value)).map(expand);

  const identities = several(settings, 'identityfile');
  const agent = agentSocket(settings, expand);
  const alias = one(settings, 'hostkeyalias');
  return {
    host,
    port,
    user,
    identityFiles: files(identities ?? DEFAULT_KEYS.map(userFile)),
    defaultIdentities: identities === undefined,
    identitiesOnly: one(settings, 'identitiesonly')?.toLowerCase() === 'yes',
    ...(agent === undefined ? {} : { agent }),
    knownHostsFiles: [
      ...files(several(settings, 'userknownhostsfile') ?? ['known_hosts', 'known_hosts2'].map(userFile)),
      ...files(several(settings, 'globalknownhostsfile') ?? GLOBAL_KNOWN_HOSTS),
    ],
    ...(alias === undefined ? {} : { hostKeyAlias: alias }),
    connectTimeout: timeoutOf(settings),
    warnings: strictnessWarnings(settings),
  };
};

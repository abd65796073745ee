import { readFile } from 'node:fs/promises';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { chosenIdentities } from './chosen-identities.ts';
import type { SshTarget } from './ssh-target.ts';

export interface Authentication {
  readonly methods: AnyAuthMethod[];
  /** Records why a key or an agent was not used. `explain` includes it. */
  skip(note: string): void;
  /** Returns why the login failed. */
  explain(): string;
}

type Key = ParsedKey | 'absent' | { readonly unusable: string };

/** The keys of one identity file. */
interface Identity {
  readonly key?: ParsedKey;
  /** Why the file cannot be used. */
  readonly note?: string;
  /** The public keys of the file, which choose the keys of the agent. */
  readonly publicKeys: readonly Buffer[];
}

const readKey = async (file: string): Promise<Key> => {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? 'absent' : { unusable: String(error) };
  }
  const parsed = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!(key instanceof Error)) return key;
  const encrypted = /encrypted/i.test(key.message);
  return { unusable: encrypted ? 'is encrypted: add it to an agent (ssh-add)' : key.message };
};

const isKey = (key: Key): key is ParsedKey => typeof key === 'object' && !('unusable' in key);

const readIdentity = async (file: string, mayBeAbsent: boolean): Promise<Identity> => {
  const key = await readKey(file);
  const publicKeys = [key, await readKey(`${file}.pub`)].filter(isKey).map((each) => each.getPublicSSH());
  if (key === 'absent') return mayBeAbsent ? { publicKeys } : { publicKeys, note: `${file} does not exist` };
  if ('unusable' in key) return { publicKeys, note: `${file} ${key.unusable}` };
  if (!key.isPrivateKey()) return { publicKeys, note: `${file} is a public key` };
  return { publicKeys, key };
};

const agentMethod = (target: SshTarget, socket: string, chosen: readonly Buffer[]): AnyAuthMethod => {
  const agent = ssh2.createAgent(socket);
  return {
    type: 'agent',
    username: target.user,
    agent: target.identitiesOnly ? chosenIdentities(agent, chosen) : agent,
  };
};

/** Returns the keys to log in with, in the order in which they are tried: files, then the agent. */
export const authentication = async (target: SshTarget): Promise<Authentication> => {
  const { user, host, port } = target;
  const methods: AnyAuthMethod[] = [];
  const tried: string[] = [];
  const notes: string[] = [];
  const chosen: Buffer[] = [];
  for (const file of target.identityFiles) {
    const { key, note, publicKeys } = await readIdentity(file, target.defaultIdentities);
    chosen.push(...publicKeys);
    if (note !== undefined) notes.push(note);
    if (key === undefined) continue;
    methods.push({ type: 'publickey', username: user, key });
    tried.push(file);
  }
  if (target.agent !== undefined) {
    methods.push(agentMethod(target, target.agent, chosen));
    tried.push(`agent ${target.agent}`);
  }
  return {
    methods,
    skip: (note) => void notes.push(note),
    explain: () =>
      `no key lets ${user} in at ${host} port ${port} ` +
      `(tried: ${tried.join(', ') || 'none'}${notes.length === 0 ? '' : `; ${notes.join('; ')}`})`,
  };
};

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { isEntryFor, type KnownHost, knownHostName, parseKnownHosts } from './known-hosts.ts';
import { quoteArgv } from './quote.ts';
import type { SshTarget } from './ssh-target.ts';

export type HostKeyVerdict = { readonly accepted: true } | { readonly accepted: false; readonly why: string };

export interface HostKeyCheck {
  /** First the algorithms of known keys: otherwise the host might present a key that is not known. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** Returns whether the key that the host presents is accepted. */
  judge(key: Buffer): HostKeyVerdict;
}

const ALGORITHMS: readonly { type: string; algorithm: ServerHostKeyAlgorithm }[] = [
  { type: 'ssh-ed25519', algorithm: 'ssh-ed25519' },
  { type: 'ecdsa-sha2-nistp256', algorithm: 'ecdsa-sha2-nistp256' },
  { type: 'ecdsa-sha2-nistp384', algorithm: 'ecdsa-sha2-nistp384' },
  { type: 'ecdsa-sha2-nistp521', algorithm: 'ecdsa-sha2-nistp521' },
  { type: 'ssh-rsa', algorithm: 'rsa-sha2-512' },
  { type: 'ssh-rsa', algorithm: 'rsa-sha2-256' },
];

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const readKnownHosts = async (file: string): Promise<readonly KnownHost[]> => {
  try {
    return parseKnownHosts(file, await readFile(file, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

const typeOf = (key: Buffer): string =>
  key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));

const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

const rejected = (why: string): HostKeyVerdict => ({ accepted: false, why });

const unknownKey = (
  name: string,
  key: Buffer,
  files: readonly string[],
  hasAuthority: boolean,
): HostKeyVerdict => {
  const [file = '~/.ssh/known_hosts'] = files;
  const line = `${name} ${typeOf(key)} ${key.toString('base64')}`;
  return rejected(
    `its host key is not in ${files.length === 0 ? file : files.join(', ')}` +
      `${hasAuthority ? ' (certificate authorities are not supported)' : ''}. ` +
      `If ${fingerprint(key)} is its fingerprint, run: ${quoteArgv(['echo', line])} >>${quoteArgv([file])}`,
  );
};

const changedKey = (name: string, key: Buffer, entry: KnownHost): HostKeyVerdict =>
  rejected(
    `its host key is not the one in ${entry.file} line ${entry.line}: another machine may intercept the connection. ` +
      `If ${fingerprint(key)} is its new fingerprint, run: ${quoteArgv(['ssh-keygen', '-R', name, '-f', entry.file])}`,
  );

/** Reads the known host keys of the target. Only a known key is accepted. */
export const hostKeyCheck = async (target: SshTarget): Promise<HostKeyCheck> => {
  const all = (await Promise.all(target.knownHostsFiles.map(readKnownHosts))).flat();
  const name = target.hostKeyAlias?.toLowerCase() ?? knownHostName(target.host, target.port);
  const named = all.filter((entry) => isEntryFor(entry, name));
  // As in ssh, a key that is known for the host without a port is valid for every port.
  const plain = target.hostKeyAlias
    ? []
    : all.filter((entry) => isEntryFor(entry, target.host.toLowerCase()));
  const entries = [...named, ...plain];
  const known = entries.filter((entry) => entry.marker === undefined);
  const isKnownType = ({ type }: { type: string }): boolean => known.some((entry) => entry.type === type);
  return {
    algorithms: [...ALGORITHMS]
      .sort((a, b) => Number(isKnownType(b)) - Number(isKnownType(a)))
      .map(({ algorithm }) => algorithm),
    judge(key): HostKeyVerdict {
      const same = entries.filter((entry) => entry.key.equals(key));
      const revoked = same.find((entry) => entry.marker === 'revoked');
      if (revoked) return rejected(`its host key is revoked in ${revoked.file} line ${revoked.line}`);
      if (same.some((entry) => entry.marker === undefined)) return { accepted: true };
      const other = named.find((entry) => entry.marker === undefined && entry.type === typeOf(key));
      if (other) return changedKey(name, key, other);
      const hasAuthority = entries.some((entry) => entry.marker === 'cert-authority');
      return unknownKey(name, key, target.knownHostsFiles, hasAuthority);
    },
  };
};

import { createHmac, timingSafeEqual } from 'node:crypto';
import { matchesPatternList } from './host-pattern.ts';

export interface KnownHost {
  readonly file: string;
  readonly line: number;
  readonly marker?: 'cert-authority' | 'revoked';
  /** Patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
}

/** Returns the name of an address in known_hosts, which includes the port unless the port is 22. */
export const knownHostName = (host: string, port: number): string =>
  (port === 22 ? host : `[${host}]:${port}`).toLowerCase();

const parseLine = (text: string): Omit<KnownHost, 'file' | 'line'> | undefined => {
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts, type, base64] = words;
  if (hosts === undefined || type === undefined || base64 === undefined || hosts.startsWith('#'))
    return undefined;
  const key = Buffer.from(base64, 'base64');
  if (key.length === 0) return undefined;
  if (marker === undefined) return { hosts, type, key };
  if (marker === '@revoked') return { hosts, type, key, marker: 'revoked' };
  if (marker === '@cert-authority') return { hosts, type, key, marker: 'cert-authority' };
  return undefined;
};

/**
 * Returns the entries of one file. Lines that cannot be parsed are skipped, as in ssh: a missing entry only
 * makes the check stricter.
 */
export const parseKnownHosts = (file: string, text: string): readonly KnownHost[] =>
  text.split('\n').flatMap((content, index) => {
    const entry = parseLine(content);
    return entry === undefined ? [] : [{ ...entry, file, line: index + 1 }];
  });

/** `|1|salt|HMAC-SHA1(salt, name)` */
const matchesHash = (hashed: string, name: string): boolean => {
  const [, version, salt = '', hash = ''] = hashed.split('|');
  if (version !== '1') return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};

export const isEntryFor = (entry: KnownHost, name: string): boolean =>
  entry.hosts.startsWith('|') ? matchesHash(entry.hosts, name) : matchesPatternList(entry.hosts, name);

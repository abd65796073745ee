import { createPrivateKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Host } from '../../engine/ports/host.ts';

/** What a private key is known by, wherever it turns up: its text, its secret bytes as they are, and in other people's spelling. */
export const marksOf = (key: string): readonly Buffer[] => {
  const body = key.split('\n').filter((line) => line !== '' && !line.startsWith('-'));
  const bytes = Buffer.from(body.join(''), 'base64');
  // In OpenSSH's form of an ed25519 key the seed follows the second copy of the public key and a length.
  const length = Buffer.from([0, 0, 0, 0x40]);
  const at = bytes.indexOf(length) + length.length;
  const seed = bytes.subarray(at, at + 32);
  if (at < length.length || seed.length < 32) throw new Error('this is no ed25519 key of OpenSSH');
  const lines = body.slice(2, -1).map((line) => Buffer.from(line));
  const texts = [seed.toString('hex'), seed.toString('base64').slice(0, 40)];
  return [...lines, ...texts.map((text) => Buffer.from(text)), ...rawParts(seed)];
};

/** The same of an elliptic curve's key as OpenSSL writes it, whose first line begins with the secret. */
export const marksOfCurve = (key: string): readonly Buffer[] => {
  const { d = '' } = createPrivateKey(key).export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  if (secret.length < 32) throw new Error('this is no key of an elliptic curve');
  const [, line = ''] = key.split('\n');
  const texts = [line, secret.toString('hex'), secret.toString('base64').slice(0, 40)];
  return [...texts.map((text) => Buffer.from(text)), ...rawParts(secret)];
};

/** Pieces of bytes that a list of patterns, one a line, can name. */
const rawParts = (seed: Buffer): readonly Buffer[] => {
  const parts = seed.toString('latin1').split(/[\n\0]/);
  return parts.filter((part) => part.length >= 8).map((part) => Buffer.from(part, 'latin1'));
};

/**
 * Patterns come on standard input, so that the search is nowhere to be found by itself. Prints where any occurs: files on disk
 * and in memory, logs, processes' words and surroundings.
 */
const search = `export LC_ALL=C
patterns=$(cat; echo x); patterns=\${patterns%?}
look() { printf %s "$patterns" | grep "$@" -aF -f /dev/stdin 2>/dev/null; }
dmesg >/run/kernel-log 2>/dev/null
look -rl /run /tmp /var /root /etc /home /srv
look -l /proc/[0-9]*/cmdline /proc/[0-9]*/environ
rm -f /run/kernel-log
true`;

/** Where a host knows any of them. */
export const foundOn = async (host: Host, marks: readonly Buffer[]): Promise<readonly string[]> => {
  const stdin = Buffer.concat(marks.flatMap((mark) => [mark, Buffer.from('\n')]));
  const { stdout } = await host.run({ argv: ['bash', '-c', search], stdin });
  return stdout.split('\n').filter((line) => line !== '');
};

/** Where files below a directory of this machine hold any of them: journals, and what is written beside them. */
export const foundBelow = async (directory: string, marks: readonly Buffer[]): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
  const found = files.map(async (file) => {
    const content = await readFile(file);
    return marks.some((mark) => content.includes(mark)) ? [file] : [];
  });
  return (await Promise.all(found)).flat();
};

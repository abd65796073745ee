import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isEntryFor, knownHostName, parseKnownHosts } from '../../../transport/host/known-hosts.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAA';

const isKnown = (hosts: string, name: string): boolean =>
  parseKnownHosts('f', `${hosts} ssh-ed25519 ${KEY}`).some((entry) => isEntryFor(entry, name));

const hashed = (name: string): string => {
  const salt = Buffer.from('0123456789abcdefghij');
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
};

describe('known_hosts', () => {
  it.each([
    ['a.example', 'a.example', true],
    ['A.Example', 'a.example', true],
    ['a.example', 'b.example', false],
    ['b,a.example', 'a.example', true],
    ['*.example', 'a.example', true],
    ['*.example', 'example', false],
    ['?.example', 'a.example', true],
    ['a.example', 'axexample', false],
    ['*.example,!a.example', 'a.example', false],
    ['!a.example,*.example', 'b.example', true],
    ['!a.example', 'b.example', false],
    ['[a.example]:2222', '[a.example]:2222', true],
    ['[a.example]:2222', 'a.example', false],
    ['[*]:2222', '[a.example]:2222', true],
    [hashed('a.example'), 'a.example', true],
    [hashed('a.example'), 'b.example', false],
    [hashed('[a.example]:2222'), '[a.example]:2222', true],
    ['|2|AAAA|AAAA', 'a.example', false],
    ['|1|', 'a.example', false],
  ])('%s knows %s: %s', (hosts, name, expected) => {
    expect(isKnown(hosts, name)).toBe(expected);
  });

  it('names a host with its port unless the port is 22', () => {
    expect(knownHostName('Host', 22)).toBe('host');
    expect(knownHostName('::1', 2222)).toBe('[::1]:2222');
  });

  it('reads markers and comments, and skips lines that cannot be parsed', () => {
    const text = [
      '# comment',
      '',
      `a ssh-ed25519 ${KEY} somebody@somewhere`,
      `@revoked b ssh-ed25519 ${KEY}`,
      `@cert-authority *.c ssh-rsa ${KEY}`,
      `@unheard-of d ssh-rsa ${KEY}`,
      'e ssh-rsa',
    ].join('\n');
    expect(parseKnownHosts('f', text).map(({ line, hosts, marker }) => [line, hosts, marker])).toEqual([
      [3, 'a', undefined],
      [4, 'b', 'revoked'],
      [5, '*.c', 'cert-authority'],
    ]);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { parseDestination } from '../../../transport/host/ssh-destination.ts';
import { resolveTarget, type SshTarget } from '../../../transport/host/ssh-target.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssh-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const resolve = (destination: string, ...config: readonly string[]): SshTarget => {
  const file = join(directory, 'config');
  writeFileSync(file, config.join('\n'));
  return resolveTarget(destination, file);
};

describe('parseDestination', () => {
  it.each([
    ['host', { host: 'host' }],
    ['user@host', { user: 'user', host: 'host' }],
    ['user@host:2222', { user: 'user', host: 'host', port: 2222 }],
    ['ssh://user@host:2222', { user: 'user', host: 'host', port: 2222 }],
    ['ssh://host/', { host: 'host' }],
    ['10.0.0.1:22', { host: '10.0.0.1', port: 22 }],
    ['::1', { host: '::1' }],
    ['root@fe80::1', { user: 'root', host: 'fe80::1' }],
    ['[::1]:2222', { host: '::1', port: 2222 }],
  ])('%s', (text, expected) => {
    expect(parseDestination(text)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    'a b',
    'host:',
    'host:0',
    'host:70000',
    'host:x',
    '-oProxyCommand=x',
    'u@',
    'ssh://',
    'host/path',
    'a@b@c',
  ])('refuses %j', (text) => {
    expect(() => parseDestination(text)).toThrow(InvalidInput);
  });
});

describe('resolveTarget', () => {
  it('has the defaults of ssh', () => {
    vi.stubEnv('SSH_AUTH_SOCK', undefined);
    expect(resolve('host')).toEqual({
      host: 'host',
      port: 22,
      user: userInfo().username,
      identityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name)),
      defaultIdentities: true,
      identitiesOnly: false,
      knownHostsFiles: [
        join(homedir(), '.ssh/known_hosts'),
        join(homedir(), '.ssh/known_hosts2'),
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      connectTimeout: 30_000,
      warnings: [],
    });
  });

  it('follows an alias', () => {
    const target = resolve(
      'box',
      'Host box other',
      '  HostName %h.example',
      '  Port 2222',
      '  User admin',
      '  IdentityFile ~/keys/%h',
      '  IdentityFile /keys/%r-%p',
      '  IdentitiesOnly yes',
      '  IdentityAgent /run/agent',
      '  UserKnownHostsFile /a /b',
      '  GlobalKnownHostsFile none',
      '  HostKeyAlias stable',
      '  ConnectTimeout 7',
      'Host *',
      '  User nobody',
    );
    expect(target).toEqual({
      host: 'box.example',
      port: 2222,
      user: 'admin',
      identityFiles: [join(homedir(), 'keys/box.example'), '/keys/admin-2222'],
      defaultIdentities: false,
      identitiesOnly: true,
      agent: '/run/agent',
      knownHostsFiles: ['/a', '/b'],
      hostKeyAlias: 'stable',
      connectTimeout: 7000,
      warnings: [],
    });
  });

  it('prefers the destination to the configuration', () => {
    const target = resolve('me@box:99', 'Host box', '  User admin', '  Port 2222');
    expect(target).toMatchObject({ user: 'me', port: 99 });
  });

  it('uses the agent of the environment, unless the configuration says otherwise', () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/user/agent');
    vi.stubEnv('MY_AGENT', '/run/mine');
    expect(resolve('a').agent).toBe('/run/user/agent');
    expect(resolve('a', 'IdentityAgent none').agent).toBeUndefined();
    expect(resolve('a', 'IdentityAgent $MY_AGENT').agent).toBe('/run/mine');
  });

  it('refuses a destination behind a configured jump host', () => {
    expect(() => resolve('a', 'Host a', '  ProxyJump gate')).toThrow(/ProxyJump gate/);
    expect(() => resolve('a', 'Host a', '  ProxyCommand ssh -W %h:%p gate')).toThrow(InvalidInput);
    expect(resolve('a', 'Host a', '  ProxyJump none', 'Host *', '  ProxyJump gate').host).toBe('a');
  });

  it('warns that it checks host keys although the configuration says otherwise', () => {
    expect(resolve('a', 'StrictHostKeyChecking no').warnings).toHaveLength(1);
    expect(resolve('a', 'StrictHostKeyChecking accept-new').warnings[0]).toContain('accept-new');
    expect(resolve('a', 'StrictHostKeyChecking ask').warnings).toEqual([]);
  });

  it('reads included files, and returns to the section around them', () => {
    mkdirSync(join(directory, 'conf.d'), { recursive: true });
    writeFileSync(join(directory, 'conf.d', '1.conf'), 'Host inner\n  Port 1111\n');
    writeFileSync(join(directory, 'conf.d', '2.conf'), 'Host second\n  Port 2222\n');
    const config = [
      `Include ${directory}/conf.d/*.conf ${directory}/absent`,
      'User everybody',
      'Host outer',
      `  Include ${directory}/conf.d/1.conf`,
      '  Port 3333',
    ];
    expect(resolve('inner', ...config)).toMatchObject({ port: 1111, user: 'everybody' });
    expect(resolve('second', ...config)).toMatchObject({ port: 2222, user: 'everybody' });
    expect(resolve('outer', ...config)).toMatchObject({ port: 3333, user: 'everybody' });
  });

  it('refuses a configuration file that does not exist, and an invalid port', () => {
    expect(() => resolveTarget('a', '/nonexistent/config')).toThrow(InvalidInput);
    expect(() => resolve('a', 'Port x')).toThrow(InvalidInput);
  });
});

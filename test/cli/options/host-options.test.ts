import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { type HostOptions, reachedBy, withHostOptions } from '../../../cli/options/host-options.ts';

const options = (...words: readonly string[]): HostOptions =>
  withHostOptions(new Command('migrate'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse([...words], { from: 'user' })
    .opts();

const refusal = (...words: readonly string[]): string => {
  try {
    options('--to=b', ...words);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  throw new Error(`${words.join(' ')} was accepted`);
};

describe('the options that name hosts', () => {
  it('need only a destination', () => {
    expect(options('--to=b')).toEqual({
      to: 'b',
      sshPort: 22,
      runtime: 'auto',
      runcRoot: '/run/runc',
      imagesDir: '/run/precopy',
    });
    expect(() => options()).toThrow(/--to/);
  });

  it('record for a recovery that sudo is used', () => {
    expect(reachedBy(options('--to=b', '--sudo'))).toEqual({
      local: true,
      sudo: true,
      runcRoot: '/run/runc',
    });
    expect(reachedBy(options('--to=b'))).not.toHaveProperty('sudo');
  });

  it.each(['/run/precopy', '/mnt/fast-disk/a_b+c.d'])('accept %s as a directory', (path) => {
    expect(options('--to=b', `--images-dir=${path}`, `--runc-root=${path}`)).toMatchObject({
      imagesDir: path,
      runcRoot: path,
    });
  });

  // Directories become part of command lines on other hosts, some of them run as root.
  it.each(['', 'relative', '/', '/a b', "/a'b", '/a/../b', '/a//b', '/a/', '/a;b', '/$HOME', '/a\nb', '/a*'])(
    'refuse %j as a directory',
    (path) => {
      for (const option of ['--images-dir', '--runc-root']) {
        expect(refusal(`${option}=${path}`)).toMatch(/absolute path.*such as \/run\/precopy/);
      }
    },
  );

  it.each(['192.0.2.1', '2001:db8::1', 'fe80::1%eth0', 'host-b.example.org'])(
    'accept %s as an address',
    (text) => {
      expect(options('--to=b', `--to-address=${text}`).toAddress).toBe(text);
    },
  );

  it.each(['', '-oProxyCommand=x', 'a b', 'a/b', '$(x)', "a'", 'user@host', 'a\n'])(
    'refuse %j as an address',
    (text) => {
      expect(refusal(`--to-address=${text}`)).toMatch(/IP address or a host name/);
    },
  );

  it.each(['0', '65536', '-1', '22.5', '0x16', 'ssh', ''])('refuse %j as a port', (text) => {
    for (const option of ['--ssh-port']) {
      expect(refusal(`${option}=${text}`)).toMatch(/port, 1 to 65535/);
    }
  });

  it.each(['auto', 'runc', 'docker'])('accept %s as the runtime', (runtime) => {
    expect(options('--to=b', `--runtime=${runtime}`).runtime).toBe(runtime);
  });

  it('refuse another runtime, and list the runtimes', () => {
    expect(refusal('--runtime=podman')).toMatch(/auto, runc, docker/);
  });

  it('accept the first and the last port', () => {
    expect(options('--to=b', '--ssh-port=1')).toMatchObject({
      sshPort: 1,
    });
  });
});

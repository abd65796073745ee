import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { pageRequestFrom, withPageOptions } from '../../../cli/options/page-options.ts';
import type { PageRequest } from '../../../engine/model/pages.ts';

const request = (...words: readonly string[]): PageRequest =>
  pageRequestFrom(
    withPageOptions(new Command('migrate'))
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...words], { from: 'user' })
      .opts(),
  );

describe('the options for pages', () => {
  it('choose ssh by default', () => {
    expect(request()).toEqual({
      channel: 'ssh',
      port: undefined,
      plainOnPublicAddress: false,
      compress: 'auto',
    });
  });

  it('accept plain, also to a public address, and a port', () => {
    expect(request('--page-channel=plain', '--plain-on-public-address', '--page-port=700')).toEqual({
      channel: 'plain',
      port: 700,
      plainOnPublicAddress: true,
      compress: 'auto',
    });
  });

  it.each(['auto', 'zlib', 'none'])('accept %s as compression', (how) => {
    expect(request(`--compress=${how}`).compress).toBe(how);
  });

  it('accept tls', () => {
    expect(request('--page-channel=tls').channel).toBe('tls');
  });

  it.each([
    '--page-channel=telnet',
    '--compress=zstd',
    '--page-port=0',
    '--page-port=x',
    '--page-port=65536',
  ])('refuse %s', (words) => {
    expect(() => request(words)).toThrow(CommanderError);
  });
});

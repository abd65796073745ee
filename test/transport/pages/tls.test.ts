import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../engine/model/errors.ts';
import { listenOptions } from '../../../transport/pages/listen-options.ts';
import { exchangeCertificates, tlsConfigLines } from '../../../transport/pages/tls.ts';
import { type FakeHost, fakeHost } from '../../fakes/fake-host.ts';
import { planFor } from '../plan.ts';

const plan = planFor(
  { kind: 'directory', path: '/containers/shop/rootfs' },
  {
    pages: {
      channel: 'tls',
      ports: [27_700],
      cipher: 'aes128-gcm@openssh.com',
      compression: { kind: 'none', reason: { kind: 'elsewhere' } },
    },
  },
);
const withChannel = (channel: 'ssh' | 'plain'): typeof plan => ({
  ...plan,
  pages: { ...plan.pages, channel },
});

const certificate = (body: string): string =>
  `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const hostPrinting = (name: string, stdout: string): FakeHost => fakeHost(name, () => ({ stdout }));
const filesOf = ({ files }: FakeHost): readonly string[] =>
  [...files].map(([path, { content, mode }]) => `${path} ${mode?.toString(8)} ${content}`);

describe('certificates for pages', () => {
  it('go to the other host, readable by root only, and nothing else does', async () => {
    const [a, b] = [hostPrinting('a', certificate('AAAA')), hostPrinting('b', certificate('BBBB'))];
    await exchangeCertificates(a, b, plan);
    expect(filesOf(a)).toEqual([`/run/precopy/shop/tls/peer.pem 600 ${certificate('BBBB')}`]);
    expect(filesOf(b)).toEqual([`/run/precopy/shop/tls/peer.pem 600 ${certificate('AAAA')}`]);
  });

  it.each(['ssh', 'plain'] as const)('are not made where pages go by %s', async (channel) => {
    const [a, b] = [fakeHost('a'), fakeHost('b')];
    await exchangeCertificates(a, b, withChannel(channel));
    expect([...a.commands, ...b.commands]).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['several', certificate('AAAA') + certificate('BBBB')],
    ['a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
    ['more than any certificate has', certificate('A'.repeat(5000))],
  ])('are refused where a host makes %s', async (_, printed) => {
    const b = hostPrinting('b', certificate('BBBB'));
    await expect(exchangeCertificates(hostPrinting('a', printed), b, plan)).rejects.toThrow(InvalidInput);
    expect(filesOf(b)).toEqual([]);
  });
});

describe('criu', () => {
  it('accepts on both hosts only the other host of this migration', () => {
    const files = '/run/precopy/shop/tls';
    const { address, options } = listenOptions(plan);
    expect(address).toBe('192.0.2.2');
    expect(options).toEqual([
      ...['--tls', '--tls-cacert', `${files}/peer.pem`],
      ...['--tls-cert', `${files}/certificate.pem`, '--tls-key', `${files}/key.pem`, '--tls-no-cn-verify'],
    ]);
    expect(tlsConfigLines(plan, '/run/precopy/shop').map((line) => `--${line}`)).toEqual(
      options.join(' ').split(/ (?=--)/),
    );
  });

  it.each(['ssh', 'plain'] as const)('gets no options for TLS with %s', (channel) => {
    expect(listenOptions(withChannel(channel)).options).toEqual([]);
    expect(tlsConfigLines(withChannel(channel), '/run/precopy/shop')).toEqual([]);
  });
});

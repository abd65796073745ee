import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defaultPageRequest } from '../../../engine/core/pages/default-request.ts';
import { planPages } from '../../../engine/core/pages/plan.ts';
import { isPrivateAddress } from '../../../engine/core/pages/private-address.ts';
import { host, memory } from '../../fakes/facts.ts';

describe('a private address', () => {
  test.each([
    '10.0.0.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.7.7',
    'fd00::1',
    'FD12:3456::1',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    '::ffff:10.1.2.3',
  ])('is %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  test.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '10.0.0.256',
    '10.0.0',
    '10.0.0.1.example.org',
    'db.internal',
    '127.0.0.1',
    '2001:db8::1',
    'fec0::1',
    'fd::1',
    '::1',
    '::ffff:8.8.8.8',
    '',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });

  it('is no host name, whatever it begins with', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{2,8}){0,3}$/);
    fc.assert(fc.property(name, (text) => !isPrivateAddress(text)));
  });
});

describe('the plan for pages', () => {
  const plain = { ...defaultPageRequest, channel: 'plain' } as const;

  it('is ssh to ports that only root may listen on, unless another is asked for', () => {
    const { channel, ports } = planPages(defaultPageRequest, host('blue'), host('green'), memory);
    expect({ channel, count: ports.length }).toEqual({ channel: 'ssh', count: 16 });
    expect(ports.every((port) => port < 1024)).toBe(true);
    expect(planPages(plain, host('blue'), host('green'), memory).ports[0]).toBe(27_700);
    expect(planPages({ ...plain, port: 5000 }, host('blue'), host('green'), memory).ports[0]).toBe(5000);
  });

  it('names no port that there is not', () => {
    const request = { ...defaultPageRequest, port: 65_530 };
    expect(planPages(request, host('blue'), host('green'), memory).ports.at(-1)).toBe(65_535);
  });

  it('encrypts with AES where both processors have instructions for it', () => {
    const without = { cpuFlags: ['fpu'] };
    const cipherOf = (here: object, there: object): string =>
      planPages(defaultPageRequest, host('blue', here), host('green', there), memory).cipher;
    expect(cipherOf({}, {})).toBe('aes128-gcm@openssh.com');
    expect(cipherOf(without, {})).toBe('chacha20-poly1305@openssh.com');
    expect(cipherOf({}, without)).toBe('chacha20-poly1305@openssh.com');
  });
});

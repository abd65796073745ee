import { describe, expect, it } from 'vitest';
import { pagePlanText } from '../../../../engine/observe/text/page-channel.ts';

describe('how pages will go', () => {
  it.each([
    ['ssh', 914, 'over ssh (aes128-gcm), to one of ports 914 to 915, which no other host can reach'],
    [
      'tls',
      27_700,
      "over criu's TLS, encrypted, to one of ports 27700 to 27701, where a stranger can end a round, and neither read nor send pages",
    ],
    ['plain', 27_700, 'plain: unencrypted, for everyone on the way to read, to one of ports 27700 to 27701'],
  ] as const)('is told with %s', (channel, port, told) => {
    const cipher = 'aes128-gcm@openssh.com';
    const compression = { kind: 'none', reason: { kind: 'asked' } } as const;
    expect(pagePlanText({ channel, cipher, ports: [port, port + 1], compression })).toBe(told);
  });
});

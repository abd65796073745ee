import { expect, it } from 'vitest';
import { parseForwardedPort } from '../../../bench/lab/control-port.ts';

it('reads the forwarded port from what qemu says', () => {
  const table = [
    'Hub -1 (control):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[ESTABLISHED]   13       127.0.0.1 41234       10.0.2.15    22     0     0',
    '  TCP[HOST_FORWARD]  12       127.0.0.1 45045       10.0.2.15    22     0     0',
    '',
  ].join('\r\n');
  expect(parseForwardedPort(table)).toBe(45_045);
});

it('reads none where there is none', () => {
  expect(parseForwardedPort('')).toBeUndefined();
});

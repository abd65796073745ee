import { describe, expect, it } from 'vitest';
import type { Qmp } from '../../../bench/lab/qmp.ts';
import { layWire } from '../../../bench/lab/wire.ts';

/** Two qemus as far as their network goes. As the real one does, they answer before they listen or have connected. */
const twoQemus = (listensAfter: number): { a: Qmp; b: Qmp; tries: () => number } => {
  let tries = 0;
  let connected = '';
  const networkOfB = (): string => {
    if (connected === '') return 'hub 0\r\n';
    const shown = ` \\ connected-port: connected: index=0,type=stream,${connected}\r\n`;
    if (connected === 'connecting') connected = tries > listensAfter ? 'unix:wire' : 'connection error';
    return `hub 0\r\n${shown}`;
  };
  const b: Qmp = {
    execute: async (command, args) => {
      if (command === 'human-monitor-command') return networkOfB();
      if (command === 'netdev_del') connected = '';
      if (command === 'netdev_add' && args !== undefined && 'addr' in args) {
        if (connected !== '') throw new Error('Duplicate ID');
        tries += 1;
        connected = 'connecting';
      }
      return {};
    },
    close: () => {},
  };
  return { a: { execute: async () => ({}), close: () => {} }, b, tries: () => tries };
};

describe('the wire between the hosts', () => {
  it('is laid although the one end does not listen yet when the other first tries', async () => {
    const { a, b, tries } = twoQemus(2);
    await layWire(a, b);
    expect(tries()).toBe(3);
  });

  it('is not said to be laid when nobody ever listens', async () => {
    const { a, b } = twoQemus(Number.POSITIVE_INFINITY);
    await expect(layWire(a, b)).rejects.toThrow(/nobody listens/);
  }, 30_000);
});

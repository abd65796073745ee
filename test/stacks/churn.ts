import { expect } from 'vitest';
import { runContainer } from '../../bench/containers/run-container.ts';
import type { Host } from '../../engine/ports/host.ts';
import { betweenInTheClear, sh } from '../lab/hosts.ts';
import { move } from './move.ts';
import type { Scenario } from './scenario.ts';

const PORT = 7777;

/** What churn finds in its memory: `right`, or what is wrong. */
const findings = async (host: Host): Promise<string> =>
  (await sh(host, `echo check | busybox nc -w 60 127.0.0.1 ${PORT} | head -n 1`)).trim();

export const churn: Scenario = {
  name: 'runc: churn, every page looked at',
  run: async ({ a, b }) => {
    const args = ['churn', '64', '16', '500', 'hot-cold', 'private', '3', String(PORT)];
    await runContainer(a, { id: 'churn', hostNetwork: true, args });
    await expect.poll(() => findings(a), { timeout: 60_000 }).toBe('right');
    await move('churn', ...betweenInTheClear('a', 'b'), '--max-rounds', '4');
    expect(await findings(b)).toBe('right');
  },
};

import { expect } from 'vitest';
import { docker } from '../lab/docker.ts';
import { moveBeat, startBeat } from './beat.ts';
import { findingsOf } from './checks.ts';
import { withDaemons } from './daemons.ts';
import type { Scenario } from './scenario.ts';

const on = { appArmor: true };
const off = { appArmor: false };

export const appArmorOnBoth: Scenario = {
  name: 'Docker: AppArmor on both hosts',
  run: (hosts) =>
    withDaemons(hosts, { a: on, b: on }, async () => {
      await startBeat(hosts.a, 'confined');
      await moveBeat(hosts, 'confined');
      // Docker's `State.Pid` may be the holder, which is not of the container.
      const profile = await docker(hosts.b, 'exec', 'confined', 'cat', '/proc/1/attr/apparmor/current');
      expect(profile).toBe('docker-default (enforce)');
    }),
};

export const appArmorOnOne: Scenario = {
  name: 'Docker: AppArmor on one host: a finding, or a container without a profile',
  run: async (hosts) => {
    await withDaemons(hosts, { a: on, b: off }, async () => {
      await startBeat(hosts.a, 'one-sided');
      expect(await findingsOf('one-sided')).toMatch(/^error apparmor-missing: .*docker-default.* on b$/m);
    });
    await withDaemons(hosts, { a: off, b: on }, async () => {
      await startBeat(hosts.a, 'one-sided');
      expect(await findingsOf('one-sided')).toMatch(/^error apparmor-differs: .*Docker on b would/m);
      await docker(hosts.a, 'rm', '-f', 'one-sided');
      // Without a profile by its own configuration it needs none there.
      await startBeat(hosts.a, 'free', '--security-opt', 'apparmor=unconfined');
      await moveBeat(hosts, 'free');
    });
  },
};

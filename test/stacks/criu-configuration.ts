import { expect } from 'vitest';
import { sh } from '../lab/hosts.ts';
import { startBeat } from './beat.ts';
import { findingsOf } from './checks.ts';
import type { Scenario } from './scenario.ts';

export const criuConfiguration: Scenario = {
  name: "Docker: /etc/criu/runc.conf against precopy's is refused",
  onlyChecks: true,
  run: async ({ a }) => {
    await startBeat(a, 'configured');
    const write = 'mkdir -p /etc/criu; printf "# mine\\nleave-running\\next-unix-sk\\n" >/etc/criu/runc.conf';
    await sh(a, write);
    try {
      const found = await findingsOf('configured');
      expect(found).toMatch(
        /^error criu-config-contradicts: \/etc\/criu\/runc\.conf on a says "leave-running" in line 2/m,
      );
      expect(found).toMatch(/^warning criu-config-differs: .* on a says "ext-unix-sk" in line 3/m);
    } finally {
      await sh(a, 'rm -rf /etc/criu');
    }
    expect(await findingsOf('configured')).not.toMatch(/criu-config/);
  },
};

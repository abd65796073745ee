import { expect } from 'vitest';
import { docker } from '../lab/docker.ts';
import { sh } from '../lab/hosts.ts';
import { moveBeat, startBeat } from './beat.ts';
import { findingsOf } from './checks.ts';
import { restartDocker, withDaemons } from './daemons.ts';
import type { Scenario } from './scenario.ts';

const elsewhere = {
  a: { settings: { 'data-root': '/srv/docker-data', 'exec-root': '/srv/docker-run' } },
  b: { settings: { 'exec-root': '/srv/docker-run', 'live-restore': true } },
};

export const dockerElsewhere: Scenario = {
  name: 'Docker: data-root, exec-root and live-restore',
  run: async (hosts) => {
    try {
      await withDaemons(hosts, elsewhere, async () => {
        await startBeat(hosts.a, 'elsewhere');
        await moveBeat(hosts, 'elsewhere');
        // And with live-restore the container outlives Docker.
        const running = 'docker inspect -f "{{.State.Pid}} {{.State.StartedAt}}" elsewhere';
        const before = await sh(hosts.b, running);
        await restartDocker(hosts.b);
        expect(await sh(hosts.b, running)).toBe(before);
        await docker(hosts.b, 'stop', '--time', '0', 'elsewhere');
        expect(await docker(hosts.b, 'inspect', '-f', '{{.State.Status}}', 'elsewhere')).toBe('exited');
      });
    } finally {
      for (const host of [hosts.a, hosts.b]) await sh(host, 'rm -rf /srv/docker-data /srv/docker-run');
    }
  },
};

const remapped = { settings: { 'userns-remap': 'default' } };

export const userNamespaces: Scenario = {
  name: 'Docker: userns-remap is refused by name',
  onlyChecks: true,
  run: async (hosts) => {
    try {
      await withDaemons(hosts, { a: remapped, b: remapped }, async () => {
        await startBeat(hosts.a, 'remapped');
        const found = await findingsOf('remapped');
        expect(found).toMatch(/^error userns-remap: Docker on a /m);
        expect(found).toMatch(/^error userns-remap: Docker on b /m);
      });
    } finally {
      for (const host of [hosts.a, hosts.b]) await sh(host, 'rm -rf /var/lib/docker/[0-9]*.[0-9]*');
    }
  },
};

import { expect } from 'vitest';
import { startHttpReader } from '../../bench/client/http-reader.ts';
import { openLab } from '../../bench/lab/index.ts';
import { docker } from '../lab/docker.ts';
import { between, sh } from '../lab/hosts.ts';
import { providedLab } from '../lab/provided.ts';
import { move } from './move.ts';
import type { Scenario } from './scenario.ts';

const PAGE = 'a page that is always the same\n';

const configuration = [
  'daemon off; user root root; worker_processes 2; error_log /dev/null; pid /tmp/nginx.pid;',
  'events {}',
  'http { access_log off; client_body_temp_path /tmp/1; proxy_temp_path /tmp/2; fastcgi_temp_path /tmp/3;',
  'uwsgi_temp_path /tmp/4; scgi_temp_path /tmp/5; server { listen 80; root /data; } }',
].join('\n');

export const nginx: Scenario = {
  name: 'Docker: nginx with bind mount, volume and network, under requests',
  smoke: true,
  run: async ({ a, b }) => {
    const lab = await openLab(providedLab().name);
    const ports = await Promise.all([lab.publish('a', 8080), lab.publish('b', 8080)]);
    await sh(a, 'mkdir -p /srv/bound && echo bound >/srv/bound/file');
    await a.writeFile('/srv/bound/nginx.conf', configuration, 0o644);
    await docker(a, 'network', 'create', '--subnet', '172.31.0.0/24', 'front');
    const attached = ['--network', 'front', '-v', '/srv/bound:/site:ro', '-v', 'data:/data', '-p', '8080:80'];
    const server = ['nginx', '-c', '/site/nginx.conf'];
    await docker(a, 'create', '--name', 'web', ...attached, 'precopy-lab', ...server);
    await a.writeFile('/var/lib/docker/volumes/data/_data/page', PAGE, 0o644);
    await docker(a, 'start', 'web');
    const reader = startHttpReader(ports, '/page', PAGE, 20);
    await move('web', ...between('a', 'b'), '--create-networks');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { correct, wrong } = await reader.stop();
    expect(wrong).toEqual([]);
    expect(correct).toBeGreaterThan(50);
    expect(await docker(b, 'exec', 'web', 'cat', '/site/file', '/data/page')).toBe(`bound\n${PAGE.trim()}`);
  },
};

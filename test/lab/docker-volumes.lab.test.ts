import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttpReader } from '../../bench/client/http-reader.ts';
import { openLab } from '../../bench/lab/index.ts';
import type { Host } from '../../engine/ports/host.ts';
import { clearDocker, docker, setUpDocker } from './docker.ts';
import { between, openHosts, sh } from './hosts.ts';
import { reportOf, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';

const PAGE = 'a page that is always the same\n';

const configuration = [
  'daemon off; user root root; worker_processes 2; error_log /dev/null; pid /tmp/nginx.pid;',
  'events {}',
  'http { access_log off; client_body_temp_path /tmp/1; proxy_temp_path /tmp/2; fastcgi_temp_path /tmp/3;',
  'uwsgi_temp_path /tmp/4; scgi_temp_path /tmp/5; server { listen 80; root /site/www; } }',
].join('\n');

/** One directory that both hosts mount, over the network. */
const SHARED = ['type=nfs', 'o=addr=10.77.0.1,nfsvers=4.2,rw,soft', 'device=:/'].flatMap((option) => [
  '--opt',
  option,
]);

const serveShared = [
  'modprobe -a nfsd nfs nfsv4 && mkdir -p /srv/shared /var/lib/nfs/v4recovery && echo common >/srv/shared/common',
  'mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd',
  'exportfs -o rw,no_root_squash,fsid=0,insecure,no_subtree_check "*:/srv/shared"',
  'pgrep -x rpc.mountd >/dev/null || rpc.mountd --no-nfs-version 3 >/dev/null 2>&1',
  'rpc.nfsd --no-nfs-version 3 4 >/dev/null 2>&1',
].join(' && ');

const stopServing =
  'rpc.nfsd 0; exportfs -ua; pkill -x rpc.mountd; umount /proc/fs/nfsd; rm -rf /srv/shared; true';

const filesOf = (host: Host, volume: string): Promise<string> =>
  sh(
    host,
    'cd "$1" && find . -printf "%P %y %m %U %s %T@\\n" | sort && find . -type f -exec sha256sum {} + | sort',
    `/var/lib/docker/volumes/${volume}/_data`,
  );

describe('nginx with volumes', () => {
  const hosts = openHosts();
  beforeAll(async () => {
    await Promise.all([setUpDocker('a'), setUpDocker('b')]);
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await sh(hosts.a, serveShared);
    await sh(hosts.b, 'modprobe -a nfs nfsv4');
  });
  afterAll(async () => {
    await Promise.all([clearDocker(hosts.a), clearDocker(hosts.b)]);
    await sh(hosts.a, stopServing);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('answers every request right, from where it runs, with the files as they were at the freeze', async () => {
    const lab = await openLab(providedLab().name);
    const ports = await Promise.all([lab.publish('a', 8080), lab.publish('b', 8080)]);
    await docker(hosts.a, 'volume', 'create', '--label', 'kind=site', 'site');
    await docker(hosts.a, 'volume', 'create', '--driver', 'local', ...SHARED, 'common');
    const site = '/var/lib/docker/volumes/site/_data';
    await hosts.a.run({ argv: ['mkdir', '-p', `${site}/www`] });
    await hosts.a.writeFile(`${site}/nginx.conf`, configuration, 0o644);
    await hosts.a.writeFile(`${site}/www/page`, PAGE, 0o644);
    await sh(hosts.a, 'cd "$1" && echo doomed >doomed && echo before >changed && ln changed linked', site);
    const mounts = ['-v', 'site:/site', '-v', 'common:/common', '-v', '/srv/bound:/bound:ro'];
    await sh(hosts.a, 'mkdir -p /srv/bound && echo bound >/srv/bound/file');
    const server = ['nginx', '-c', '/site/nginx.conf'];
    await docker(hosts.a, 'run', '-d', '--name', 'web', ...mounts, '-p', '8080:80', 'precopy-lab', ...server);

    const reader = startHttpReader(ports, '/page', PAGE, 20);
    const running = await startUntil(/round 0: /, [
      'migrate',
      'web',
      ...between('a', 'b'),
      '--max-rounds',
      '3',
      '--min-dirty-pages',
      '0',
      '--json',
      '--yes',
    ]);
    await sh(hosts.a, 'cd "$1" && rm doomed && echo after!! >changed && echo late >late', site);
    const finished = await running.finished;
    expect({ exitCode: finished.exitCode, stderr: finished.stderr }).toMatchObject({ exitCode: 0 });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const { correct, wrong, longestGap } = await reader.stop();
    process.stderr.write(
      `nginx in Docker: ${correct} answers, longest gap ${(longestGap / 1000).toFixed(1)} s, downtime ${((reportOf(finished).measured?.total ?? 0) / 1000).toFixed(1)} s\n`,
    );
    expect(wrong).toEqual([]);
    expect(correct).toBeGreaterThan(100);

    expect(await filesOf(hosts.b, 'site')).toBe(await filesOf(hosts.a, 'site'));
    const seen = ['ls', '/site', '/common', '/bound'];
    const listed = await docker(hosts.b, 'exec', 'web', ...seen);
    expect(listed).toMatch(/changed\nlate\nlinked\nnginx.conf\nwww/);
    expect(listed).not.toMatch(/doomed/);
    expect(await docker(hosts.b, 'volume', 'inspect', '--format', '{{.Labels.kind}}', 'site')).toBe('site');
    // Both hosts see what is written to the shared one; the read-only one stays so.
    await docker(hosts.b, 'exec', 'web', 'sh', '-c', 'echo there >/common/there');
    expect(await sh(hosts.a, 'cat /srv/shared/there')).toBe('there\n');
    expect(await docker(hosts.b, 'exec', 'web', 'cat', '/bound/file')).toBe('bound');
    const write = ['exec', 'web', 'sh', '-c', 'echo x >/bound/x'];
    await expect(docker(hosts.b, ...write)).rejects.toThrow(/Read-only file system/);
  }, 600_000);
});

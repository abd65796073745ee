import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listContainers } from '../../bench/containers/list-containers.ts';
import {
  bundleOf,
  removeContainer,
  runContainer,
  startBundle,
} from '../../bench/containers/run-container.ts';
import { redis } from '../../bench/containers/workloads.ts';
import { openLab } from '../../bench/lab/index.ts';
import { betweenInTheClear, openHosts, sh } from './hosts.ts';
import { type Finished, precopy, reportOf, startUntil } from './precopy.ts';
import { providedLab } from './provided.ts';
import { redisCli, startRedis } from './redis.ts';
import { traces } from './traces.ts';

const id = 'till';
const KEYS = 40_000;

describe('the source serves on and the destination is clean', () => {
  const hosts = openHosts();
  const args = [
    'migrate',
    id,
    ...betweenInTheClear('a', 'b'),
    '--json',
    '--yes',
    '--max-rounds',
    '3',
    '--stall-timeout',
    '12s',
  ];
  let before: readonly (readonly string[])[] = [];
  let counter = 0;

  beforeAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await startRedis(hosts.a, id, KEYS);
  });
  beforeEach(async () => {
    counter = Number(await redisCli(hosts.a, 'incr', 'counter'));
    before = await Promise.all([traces(hosts.a), traces(hosts.b)]);
  });
  afterEach(async () => {
    // The same process with the same memory, and it still takes writes.
    expect(await redisCli(hosts.a, 'dbsize')).toBe(String(KEYS + 1));
    expect(await redisCli(hosts.a, 'incr', 'counter')).toBe(String(counter + 1));
    expect(await Promise.all([traces(hosts.a), traces(hosts.b)])).toEqual(before);
  });
  afterAll(async () => {
    await Promise.all([removeContainer(hosts.a, id), removeContainer(hosts.b, id)]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  const expectRolledBack = (finished: Finished, message: RegExp): void => {
    const report = reportOf(finished);
    expect({ exitCode: finished.exitCode, report }).toMatchObject({
      exitCode: 4,
      report: { outcome: 'rolled-back' },
    });
    expect([report.failure?.message, ...(report.failure?.detail ?? [])].join('\n')).toMatch(message);
  };

  it('when the page-server is killed in a round', async () => {
    const running = await startUntil(/phase: pre-copy/, args);
    await sh(
      hosts.b,
      'until pid=$(pgrep -x criu) && [ -s /run/precopy/$1/images/0/pages-65537.img ]; do sleep 0.05; done; kill -9 $pid',
      id,
    );
    expectRolledBack(await running.finished, /page-server|Connection reset|Broken pipe/);
  });

  it('when the link goes down in a round', async () => {
    const lab = await openLab(providedLab().name);
    const running = await startUntil(/phase: pre-copy/, args);
    await sh(hosts.b, 'until [ -s /run/precopy/$1/images/0/pages-65537.img ]; do sleep 0.05; done', id);
    await lab.setLink('b', 'down');
    try {
      expectRolledBack(await running.finished, /no page has reached the destination/);
    } finally {
      await lab.setLink('b', 'up');
    }
  });

  /** Stops whoever traces the container's first process, as if it hung: it neither goes on nor lets go. */
  const hang = `pid=$(runc state "$1" | sed -n 's/.*"pid": \\([0-9]*\\).*/\\1/p')
    while read -r name tracer _; do [ "$name" = TracerPid: ] && break; done </proc/$pid/status
    until [ "$tracer" != 0 ] && kill -STOP "$tracer"; do
      while read -r name tracer _; do [ "$name" = TracerPid: ] && break; done </proc/$pid/status
    done`;

  it('when criu hangs in a round, which is told', async () => {
    const running = await startUntil(/phase: pre-copy/, args);
    await sh(hosts.a, hang, id);
    const finished = await running.finished;
    expectRolledBack(finished, /no page has reached the destination/);
    expect(finished.stderr).toMatch(/criu on a does not let go of till.*criu is killed/);
  });

  it('when criu hangs in the last dump', async () => {
    const running = await startUntil(/decision: cut over/, args);
    await sh(hosts.a, `until [ -e /run/precopy/$1/final.out ]; do sleep 0.05; done; ${hang}`, id);
    expectRolledBack(await running.finished, /no page has reached the destination/);
  });

  it('when the disk of the destination runs full in a round', async () => {
    // Enough for the preflight to pass, not for the pages.
    const running = await startUntil(/phase: preflight/, args);
    await sh(hosts.b, 'fallocate -l "$(($(df --output=avail -B1 /run | tail -n 1) - 20000000))" /run/filler');
    try {
      expectRolledBack(await running.finished, /No space left|page-server|Connection reset|Broken pipe/);
    } finally {
      await sh(hosts.b, 'rm -f /run/filler');
    }
  });

  it('when the destination cannot restore', async () => {
    const running = await startUntil(/decision: cut over/, args);
    await sh(
      hosts.b,
      'until [ -s /run/precopy/$1/images/final/inventory.img ] || [ ! -d /run/precopy/$1 ]; do rm -f /run/precopy/$1/images/0/pages-65537.img; sleep 0.05; done',
      id,
    );
    expectRolledBack(await running.finished, /restore|pages|Error/);
  });

  it('when the criu versions differ, which is found before anything moves', async () => {
    await hosts.b.writeFile(
      '/usr/local/sbin/criu',
      '#!/bin/sh\n[ "$1" = --version ] && { echo "Version: 3.17.1"; exit; }\nexec /usr/sbin/criu "$@"\n',
      0o755,
    );
    try {
      const { exitCode, stderr } = await precopy(...args);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/4\.1\.1.*3\.17\.1|3\.17\.1.*4\.1\.1/s),
      });
    } finally {
      await sh(hosts.b, 'rm -f /usr/local/sbin/criu');
    }
  });

  it('when the destination has no criu', async () => {
    await sh(hosts.b, 'mv /usr/sbin/criu /usr/sbin/criu.away');
    try {
      const { exitCode, stderr } = await precopy(...args);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/criu is not installed|criu.*missing|no criu/i),
      });
    } finally {
      await sh(hosts.b, 'mv /usr/sbin/criu.away /usr/sbin/criu');
    }
  });

  it('when the destination has a container of that id', async () => {
    await runContainer(hosts.b, { id, hostNetwork: false, args: ['tail', '-f', '/etc/passwd'] });
    try {
      const { exitCode, stderr } = await precopy(...args);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/till.*(exists|taken|already)/s),
      });
      expect(await listContainers(hosts.b)).toEqual([id]);
    } finally {
      await removeContainer(hosts.b, id);
    }
  });

  it('when there is no such container', async () => {
    const { exitCode, stderr } = await precopy('migrate', 'nobody', ...betweenInTheClear('a', 'b'));
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no container nobody on a/),
    });
  });

  it('when the container writes its output to a file of the host', async () => {
    const other = 'scribe';
    await sh(hosts.a, 'mkdir -p "$1/rootfs" && cp -a /opt/precopy-lab/rootfs/. "$1/rootfs"', bundleOf(other));
    try {
      await startBundle(
        hosts.a,
        { id: other, hostNetwork: false, args: ['tail', '-f', '/etc/passwd'] },
        'exec runc run --detach --bundle "$1" "$2" </dev/null >/root/scribe.log 2>&1',
      );
      const { exitCode, stderr } = await precopy('migrate', other, ...betweenInTheClear('a', 'b'));
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/\/root\/scribe\.log/),
      });
      expect(await sh(hosts.a, 'runc state "$1"', other)).toMatch(/"status": "running"/);
    } finally {
      await removeContainer(hosts.a, other);
      await sh(hosts.a, 'rm -f /root/scribe.log');
    }
  });

  it.each([
    ['while files are synced first', /phase: preflight/],
    ['in the first round', /phase: pre-copy/],
    ['in a later round', /round 0: /],
    ['while frozen', /phase: frozen/],
    ['while the destination restores', /phase: restoring/],
  ])('after Ctrl-C %s', async (_, line) => {
    const running = await startUntil(line, args);
    running.signal('SIGINT');
    // A second one must not make it worse.
    setTimeout(() => running.signal('SIGINT'), 300);
    const finished = await running.finished;
    expect(finished.stderr).toMatch(/interrupted: rolling back/);
    expect(reportOf(finished).outcome).toBe('rolled-back');
    expect(finished.exitCode).toBe(130);
  });
});

describe('Ctrl-C after the commit', () => {
  const hosts = openHosts();
  afterAll(async () => {
    await Promise.all([removeContainer(hosts.a, 'late'), removeContainer(hosts.b, 'late')]);
    await Promise.all([hosts.a.close(), hosts.b.close()]);
  });

  it('changes nothing: the container runs on the destination', async () => {
    await runContainer(hosts.a, redis('late'));
    const running = await startUntil(/phase: committed/, [
      'migrate',
      'late',
      ...betweenInTheClear('a', 'b'),
      '--json',
      '--max-rounds',
      '2',
    ]);
    running.signal('SIGINT');
    const finished = await running.finished;
    expect({ exitCode: finished.exitCode, report: reportOf(finished) }).toMatchObject({
      exitCode: 0,
      report: { outcome: 'migrated' },
    });
    expect(await listContainers(hosts.b)).toEqual(['late']);
    expect(await listContainers(hosts.a)).toEqual([]);
  });
});

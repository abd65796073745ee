import { describe, expect, it, test } from 'vitest';
import type { DockerFacts, DockerPlace, DockerRequest } from '../../../../engine/model/docker.ts';
import type { Finding } from '../../../../engine/model/finding.ts';
import { bytes } from '../../../../engine/model/units.ts';
import { type Changed, findings } from '../docker-findings.ts';
import { bind, volume } from '../docker-mounts.ts';

describe('mounts of a Docker container', () => {
  const mounted = (
    mount: DockerFacts['mounts'][number],
    state: DockerPlace['mounts'][number]['state'],
    fate?: DockerRequest['mounts'][number]['fate'],
  ): Changed => ({
    docker: { mounts: [mount] },
    place: { mounts: [{ name: mount.name, state }] },
    request: { mounts: fate === undefined ? [] : [{ name: mount.name, fate }] },
  });
  const shared = { reachableFromAll: true };
  const readOnly = { writable: false };

  it.each([
    ['a local volume that is absent', mounted(volume(), 'absent')],
    ['a local volume that is empty', mounted(volume(), 'empty')],
    ['a volume that both hosts reach', mounted(volume(shared), 'has-content')],
    ['such a volume, not yet used there', mounted(volume(shared), 'absent')],
    ['a bind mount that is absent', mounted(bind(), 'absent')],
    ['a bind mount that both hosts reach', mounted(bind(shared), 'has-content')],
    ['something that is not on any disk', mounted(volume({ kind: 'other', name: '/tmp' }), 'has-content')],
  ])('need no words for %s', (_, changed) => {
    expect(findings(changed)).toEqual([]);
  });

  test.each<[string, Finding['severity'], string, Changed, readonly string[]]>([
    ['volume-has-content', 'error', 'volume', mounted(volume(), 'has-content'), ['data', '/data', 'green']],
    ['volume-has-content', 'error', 'bind', mounted(bind(), 'has-content'), ['/srv/data']],
    ['volume-has-content', 'error', 'read-only bind', mounted(bind(readOnly), 'has-content'), ['/srv/data']],
    ['volume-has-content', 'error', 'volume nobody looked at', { docker: { mounts: [volume()] } }, ['data']],
    ['volume-replaced', 'warning', 'copy', mounted(volume(), 'has-content', 'copy'), ['green', '120.0 MiB']],
    [
      'volume-left-behind',
      'warning',
      'leave',
      mounted(volume(), 'has-content', 'leave'),
      ['120.0 MiB', 'blue'],
    ],
    [
      'volume-left-behind',
      'warning',
      'leave, not measured',
      mounted(volume({ size: bytes(0) }), 'empty', 'leave'),
      ['data', 'blue'],
    ],
    [
      'volume-left-behind',
      'note',
      'read-only',
      mounted(bind(readOnly), 'has-content', 'leave'),
      ['/srv/data'],
    ],
    [
      'volume-said-to-be-shared',
      'warning',
      'local volume',
      mounted(volume(), 'has-content', 'shared'),
      ['120.0 MiB', 'blue'],
    ],
    ['volume-not-there', 'error', 'shared, but absent', mounted(volume(), 'absent', 'shared'), ['green']],
    [
      'volume-not-there',
      'error',
      'left, but absent',
      mounted(bind(), 'absent', 'leave'),
      ['/srv/data', 'green'],
    ],
    ['volume-not-there', 'error', 'not mounted there', mounted(bind(shared), 'empty'), ['green', 'mounted']],
    ['volume-copied-onto-itself', 'error', 'volume', mounted(volume(shared), 'empty', 'copy'), ['data']],
    [
      'volume-copied-onto-itself',
      'error',
      'bind',
      mounted(bind(shared), 'has-content', 'copy'),
      ['/srv/data'],
    ],
    [
      'volume-never-copied',
      'error',
      '/etc',
      mounted(bind({ name: '/etc' }), 'has-content', 'copy'),
      ['/etc'],
    ],
    [
      'volume-never-copied',
      'error',
      "Docker's own",
      mounted(bind({ name: '/var/lib/docker/containers' }), 'absent'),
      ['/var/lib/docker/containers'],
    ],
    [
      'volume-driver-missing',
      'error',
      'driver',
      mounted(volume({ driver: 'rexray' }), 'driver-missing', 'leave'),
      ['rexray', 'green'],
    ],
    [
      'volume-of-host',
      'note',
      'socket',
      mounted(bind({ name: '/var/run/docker.sock', size: bytes(0) }), 'has-content'),
      ['docker.sock', 'green'],
    ],
    [
      'volume-of-host',
      'note',
      '/proc',
      mounted(bind({ name: '/proc', ...readOnly }), 'has-content'),
      ['/proc'],
    ],
    [
      'volume-not-there',
      'error',
      'no socket',
      mounted(bind({ name: '/var/run/docker.sock' }), 'absent'),
      ['docker.sock', 'green'],
    ],
  ])('%s (%s): %s', (code, severity, _, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) expect(found[0]?.message).toContain(part);
    if (severity === 'error') expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('have one fate with what lies below them', () => {
    const [above, below] = [bind({ name: '/srv' }), bind({ name: '/srv/cache', destination: '/cache' })];
    const found = findings({
      docker: { mounts: [above, below] },
      place: {
        mounts: [
          { name: '/srv', state: 'has-content' },
          { name: '/srv/cache', state: 'has-content' },
        ],
      },
      request: {
        mounts: [
          { name: '/srv', fate: 'copy' },
          { name: '/srv/cache', fate: 'leave' },
        ],
      },
    });
    expect(found.map(({ code }) => code)).toEqual(['volume-overlaps', 'volume-replaced']);
  });

  it('are told of once, in however many places they are mounted', () => {
    const twice = [volume({ writable: false }), volume({ destination: '/backup' })];
    const found = findings({
      docker: { mounts: twice },
      place: { mounts: [{ name: 'data', state: 'empty' }] },
      request: { mounts: [{ name: 'data', fate: 'leave' }] },
    });
    expect(found.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

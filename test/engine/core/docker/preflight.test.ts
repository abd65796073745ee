import { describe, expect, it, test } from 'vitest';
import { defaultDockerRequest } from '../../../../engine/core/docker/default-request.ts';
import { assess } from '../../../../engine/core/preflight.ts';
import type { Finding } from '../../../../engine/model/finding.ts';
import { container, dockerEngine, host, IMAGE, pagesAsked, place } from '../../../fakes/facts.ts';
import { type Changed, findings } from '../docker-findings.ts';
import { volume } from '../docker-mounts.ts';

const engine = dockerEngine();
const OTHER = `sha256:${'cd'.repeat(32)}`;
const ANONYMOUS = '5'.repeat(64);

describe('preflight of a Docker container', () => {
  it('finds nothing where nothing stands in the way', () => {
    expect(findings({})).toEqual([]);
  });

  test.each<[string, Finding['severity'], Changed, readonly string[]]>([
    ['docker-missing', 'error', { place: { engine: undefined, wrapper: 'missing' } }, ['green', 'answer']],
    [
      'docker-missing',
      'error',
      {
        place: { engine: undefined },
        destination: { runtimeVersion: undefined, missingPrograms: ['docker'] },
      },
      ['green', 'not installed'],
    ],
    [
      'docker-too-old',
      'error',
      { place: { engine: { ...engine, version: '19.03.15' } } },
      ['19.03.15', 'green'],
    ],
    ['docker-too-old', 'error', { docker: { engine: { ...engine, version: '20.9.0' } } }, ['20.9.0', 'blue']],
    ['docker-version-unknown', 'error', { place: { engine: { ...engine, version: 'dev' } } }, ["'dev'"]],
    [
      'storage-driver',
      'error',
      { docker: { engine: { ...engine, storageDriver: 'btrfs' } } },
      ['btrfs', 'blue'],
    ],
    [
      'storage-driver',
      'error',
      { place: { engine: { ...engine, storageDriver: 'zfs' } } },
      ['zfs', 'green', 'overlay2'],
    ],
    [
      'ctr-missing',
      'error',
      { place: { engine: { ...engine, storageDriver: 'overlayfs' }, ctr: false } },
      ['ctr', 'green'],
    ],
    [
      'cgroup-drivers-differ',
      'error',
      { place: { engine: { ...engine, cgroupDriver: 'cgroupfs' } } },
      ['systemd on blue', 'cgroupfs on green'],
    ],
    ['userns-remap', 'error', { docker: { engine: dockerEngine({ usernsRemap: true }) } }, ['blue']],
    ['userns-remap', 'error', { place: { engine: dockerEngine({ usernsRemap: true }) } }, ['green']],
    [
      'apparmor-missing',
      'error',
      { container: { appArmorProfile: 'docker-default' }, destination: { appArmorProfiles: undefined } },
      ['web', 'docker-default', 'not active on green'],
    ],
    [
      'apparmor-profile-missing',
      'error',
      { container: { appArmorProfile: 'shop' }, place: { engine: dockerEngine({ appArmor: true }) } },
      ['web', 'shop', 'not loaded on green'],
    ],
    [
      'apparmor-differs',
      'error',
      { container: { appArmorProfile: 'docker-default' } },
      ['docker-default', 'green confines no'],
    ],
    [
      'apparmor-differs',
      'error',
      { place: { engine: dockerEngine({ appArmor: true }) } },
      ['no AppArmor profile', 'green would'],
    ],
    ['wrapper-missing', 'error', { place: { wrapper: 'missing' } }, ['green']],
    ['wrapper-outdated', 'error', { place: { wrapper: 'outdated' } }, ['green']],
    ['name-taken', 'error', { place: { nameTaken: true } }, ['web', 'green']],
    ['network-of-another-container', 'error', { docker: { networking: 'another-container' } }, ['another']],
    ['tied-to-containers', 'error', { docker: { tiedTo: ['--link db:db'] } }, ['--link db:db']],
    ['devices', 'error', { docker: { devices: ['/dev/kvm'] } }, ['/dev/kvm']],
    ['devices', 'error', { docker: { devices: ['/dev/kvm'], privileged: true } }, ['/dev/kvm']],
    ['privileged', 'warning', { docker: { privileged: true } }, ['privileged']],
    ['auto-remove', 'warning', { docker: { autoRemove: true } }, ['web', '--rm', 'blue']],
    ['logs-move', 'note', { docker: { logDriver: 'json-file' } }, ['docker logs', 'blue']],
    ['logs-move', 'note', { docker: { logDriver: 'json-file' } }, ['docker logs']],
    ['logs-stay', 'note', { docker: { logDriver: 'journald' } }, ['journald', 'blue']],
    [
      'image-absent',
      'note',
      { place: { image: 'absent', layersPresent: 1 } },
      ['nginx:1.27', 'green', '1 of its 3 layers'],
    ],
    [
      'image-name-other',
      'warning',
      { place: { imageNamedAlike: OTHER } },
      ['nginx:1.27', 'cdcdcdcdcdcd', 'abababababab', 'by id'],
    ],
    ['terminal', 'error', { container: { terminal: true } }, ['web']],
    ['container-paused', 'error', { container: { state: 'paused' } }, ['web']],
    [
      'volume-unknown',
      'error',
      {
        docker: { mounts: [volume()] },
        place: { mounts: [{ name: 'data', state: 'empty' }] },
        request: { mounts: [{ name: 'dta', fate: 'copy' }] },
      },
      ['dta=copy', 'data (at /data)'],
    ],
    [
      'volume-unknown',
      'error',
      { request: { mounts: [{ name: 'dta', fate: 'copy' }] } },
      ['dta=copy', 'has none'],
    ],
    [
      'volume-removed-by-source',
      'error',
      {
        docker: { autoRemove: true, mounts: [volume({ name: ANONYMOUS, reachableFromAll: true })] },
        request: { removeSource: true },
      },
      ['--rm', 'blue'],
    ],
  ])('%s is a finding (%s) that names what was found', (code, severity, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) expect(found[0]?.message).toContain(part);
    if (severity !== 'note') expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['wrapper-missing', { place: { wrapper: 'missing' } }, 'precopy host setup green'],
    ['wrapper-outdated', { place: { wrapper: 'outdated' } }, 'precopy host setup green'],
    ['name-taken', { place: { nameTaken: true } }, 'docker rename web web-old'],
    ['terminal', { container: { terminal: true } }, 'docker run without -t'],
  ] as const)('%s says the very command', (_, changed, command) => {
    expect(findings(changed)[0]?.remedy).toContain(command);
  });

  it('says nothing of pipes, which Docker holds on either host', () => {
    const pipe = { kind: 'pipe' } as const;
    expect(findings({ container: { stdio: [{ kind: 'null' }, pipe, pipe] } })).toEqual([]);
  });

  it('does not mind that --rm removes what --remove-source would', () => {
    expect(findings({ docker: { autoRemove: true }, request: { removeSource: true } })).toEqual([]);
  });

  it('does not mind a name that means the same image', () => {
    expect(findings({ place: { imageNamedAlike: IMAGE } })).toEqual([]);
  });
});

describe('options for Docker', () => {
  it('are refused for a container that is not of Docker, since they would do nothing', () => {
    const facts = {
      source: host('blue'),
      destination: host('green'),
      container: container(),
      place: place(),
    };
    const request = { ...defaultDockerRequest, tcp: 'keep', removeSource: true } as const;
    const found = assess(facts, request, pagesAsked);
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['not-a-docker-container', 'error'],
    ]);
    expect(found[0]?.message).toContain('--tcp keep, --remove-source');
    expect(assess(facts, { ...request, tcp: 'close', removeSource: false }, pagesAsked)).toEqual([]);
  });
});

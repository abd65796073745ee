import { describe, expect, it, test } from 'vitest';
import type { DockerFacts, DockerNetwork } from '../../../../engine/model/docker.ts';
import type { Finding } from '../../../../engine/model/finding.ts';
import { docker } from '../../../fakes/facts.ts';
import { type Changed, findings } from '../docker-findings.ts';

const [app] = docker().networks;
const network = (changed: Partial<DockerNetwork>): Partial<DockerFacts> =>
  app === undefined ? {} : { networks: [{ ...app, ...changed }] };

const http = { protocol: 'tcp', hostAddress: '', hostPort: 8080, containerPort: 80 };
const absent = [{ name: 'app', state: 'absent', detail: '' }] as const;

describe('preflight of networks, ports and connections of a Docker container', () => {
  test.each<[string, Finding['severity'], Changed, readonly string[]]>([
    ['network-absent', 'error', { place: { networks: absent } }, ['app', 'green']],
    ['network-absent', 'error', { place: { networks: [] } }, ['app', 'green']],
    [
      'network-absent',
      'note',
      { place: { networks: absent }, request: { createNetworks: true } },
      ['app', '172.30.0.0/16', 'made on green'],
    ],
    [
      'network-absent',
      'error',
      {
        docker: network({ driver: 'overlay' }),
        place: { networks: absent },
        request: { createNetworks: true },
      },
      ['app (overlay)', 'green'],
    ],
    [
      'network-conflict',
      'error',
      { place: { networks: [{ name: 'app', state: 'conflict', detail: 'its subnet is 10.0.0.0/8' }] } },
      ['app', 'green', 'its subnet is 10.0.0.0/8'],
    ],
    [
      'address-taken',
      'error',
      { place: { networks: [{ name: 'app', state: 'address-taken', detail: 'by db' }] } },
      ['172.30.0.10', 'green', 'by db'],
    ],
    [
      'address-may-change',
      'note',
      {
        docker: network({ name: 'bridge', isDefault: true, subnetChosen: false, addressFixed: false }),
        place: { networks: [] },
      },
      ['bridge', '172.30.0.10', 'green'],
    ],
    ['network-of-host', 'note', { docker: { networking: 'host', networks: [] } }, ['green', 'port']],
    [
      'port-taken',
      'error',
      { place: { takenPorts: [http, { ...http, hostAddress: '::' }] } },
      ['8080->80/tcp'],
    ],
    ['ports-published', 'note', { docker: { ports: [http] } }, ['8080->80/tcp', 'through blue end']],
    ['tcp-established', 'warning', { container: { establishedTcp: 2 } }, ['2 established', 'will be closed']],
    [
      'tcp-established',
      'note',
      { container: { establishedTcp: 2 }, docker: { networking: 'none', networks: [] } },
      ['2 established', 'will be kept'],
    ],
    ['tcp-peers-stay', 'warning', { request: { tcp: 'keep' } }, ['--tcp keep', 'blue', 'green']],
    [
      'tcp-cannot-be-kept',
      'error',
      {
        docker: network({ subnetChosen: false, addressFixed: false, address: '' }),
        request: { tcp: 'keep' },
      },
      ['--tcp keep', 'green'],
    ],
  ])('%s is a finding (%s) that names what was found', (code, severity, changed, named) => {
    const found = findings(changed);
    expect(found.map((finding) => [finding.code, finding.severity])).toEqual([[code, severity]]);
    for (const part of named) expect(found[0]?.message).toContain(part);
    if (severity !== 'note') expect(found[0]?.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['network-absent', { place: { networks: absent } }, '--create-networks'],
    ['tcp-established', { container: { establishedTcp: 2 } }, '--tcp auto'],
  ] as const)('%s says the very flag', (_, changed, flag) => {
    expect(findings(changed)[0]?.remedy).toContain(flag);
  });

  it('keeps connections where the address is found anywhere', () => {
    const overlay = network({ driver: 'overlay' });
    expect(findings({ docker: overlay, request: { tcp: 'keep' } })).toEqual([]);
    const [found] = findings({ docker: overlay, container: { establishedTcp: 1 } });
    expect([found?.severity, found?.message]).toEqual(['note', '1 established TCP connection will be kept']);
  });
});

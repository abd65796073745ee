import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DockerNetwork } from '../../../engine/model/docker.ts';
import { createBody, endpointBody, orderedNetworks } from '../../../transport/docker/create-body.ts';
import { docker } from '../../fakes/facts.ts';
import { CACHE, ID, type inspected, inspectOf } from './inspected.ts';

const network = (name: string, changed: Partial<DockerNetwork> = {}): DockerNetwork => ({
  name,
  driver: 'bridge',
  isDefault: name === 'bridge',
  subnets: [{ subnet: '172.30.0.0/24', gateway: '172.30.0.1' }],
  subnetChosen: name !== 'bridge',
  address: '172.30.0.10',
  addressFixed: false,
  ...changed,
});

const facts = docker({ networks: [network('back', { address: '172.31.0.2' }), network('app')] });

const record = z.record(z.string(), z.unknown());
const Body = z.looseObject({
  HostConfig: record,
  NetworkingConfig: z.object({ EndpointsConfig: record }).optional(),
});
const bodyOf = (...changed: Parameters<typeof inspected>): z.infer<typeof Body> =>
  Body.parse(createBody(inspectOf(...changed), facts, 'shop:2'));
const hostOf = (host: Record<string, unknown>): Record<string, unknown> => bodyOf({ host }).HostConfig;

describe('the body for the new container', () => {
  it('differs only where the migration needs it', () => {
    const { HostConfig, NetworkingConfig: _, ...config } = bodyOf();
    const source = inspectOf();
    expect(config).toEqual(source.Config);
    const { PortBindings: __, Mounts: ___, ...host } = HostConfig;
    const { PortBindings: ____, Mounts: _____, ...same } = source.HostConfig;
    expect(host).toEqual({
      ...same,
      Runtime: 'precopy',
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      PublishAllPorts: false,
    });
  });

  it('has the given image', () => {
    expect(createBody(inspectOf(), facts, 'sha256:1')).toMatchObject({ Image: 'sha256:1' });
  });

  it('has the ports that the user wrote, and those that Docker chose', () => {
    expect(bodyOf().HostConfig['PortBindings']).toEqual({
      '80/tcp': [{ HostIp: '', HostPort: '8080' }],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
      '90/udp': [{ HostIp: '', HostPort: '32768' }],
    });
  });

  it.each([
    ['a range', { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8000-8100' }] } }],
    ['all of them (-P)', { PortBindings: {}, PublishAllPorts: true }],
  ])('has the port that Docker chose when the user gave %s', (_, host) => {
    expect(hostOf(host)).toMatchObject({
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
      PublishAllPorts: false,
    });
  });

  it('keeps ports that have no effect in the network of the host', () => {
    const { HostConfig } = Body.parse(
      createBody(
        inspectOf({ host: { NetworkMode: 'host' }, network: { Ports: {}, Networks: {} } }),
        docker({ networking: 'host', networks: [] }),
        'shop:2',
      ),
    );
    expect(HostConfig).toMatchObject({
      NetworkMode: 'host',
      PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
    });
  });

  it("has no hostname where the container uses the host's", () => {
    expect(bodyOf({ host: { UTSMode: 'host' } })).not.toHaveProperty('Hostname');
    expect(bodyOf()).toHaveProperty('Hostname', 'counter');
  });

  it.each([
    [
      "the image's volumes",
      { Binds: ['data:/data:ro', '/srv/shop:/srv'] },
      [{ Type: 'volume', Source: CACHE, Target: '/cache', ReadOnly: false }],
    ],
    [
      'a --mount without a source',
      { Mounts: [{ Type: 'volume', Target: '/cache', VolumeOptions: { NoCopy: true } }] },
      [{ Type: 'volume', Target: '/cache', Source: CACHE, VolumeOptions: { NoCopy: true } }],
    ],
    [
      'a --mount with one',
      {
        Binds: null,
        Mounts: [
          { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true },
          { Type: 'tmpfs', Target: '/scratch' },
          { Type: 'volume', Source: CACHE, Target: '/cache' },
        ],
      },
      [
        { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true },
        { Type: 'tmpfs', Target: '/scratch' },
        { Type: 'volume', Source: CACHE, Target: '/cache' },
      ],
    ],
  ])('mounts the same volumes: %s', (_, host, mounts) => {
    expect(hostOf(host)['Mounts']).toEqual(mounts);
  });
});

describe('the networks of the new container', () => {
  const names = (...changed: Parameters<typeof inspected>): readonly string[] =>
    orderedNetworks(inspectOf(...changed), facts).map(({ name }) => name);

  it('begin with the one that the container was created with', () => {
    expect(names()).toEqual(['app', 'back']);
    expect(names({ host: { NetworkMode: 'back' } })).toEqual(['back', 'app']);
  });

  it('have their name, where the source has their id', () => {
    expect(names({ host: { NetworkMode: '5f96e3' } })).toEqual(['back', 'app']);
    expect(hostOf({ NetworkMode: '5f96e3' })).toMatchObject({ NetworkMode: 'back' });
  });

  it('keep addresses and MAC, without the alias that Docker adds', () => {
    expect(endpointBody(inspectOf(), network('app'))).toEqual({
      IPAMConfig: { IPv4Address: '172.30.0.10', IPv6Address: 'fd00::10' },
      MacAddress: '02:42:ac:1e:00:0a',
      Aliases: ['web'],
    });
    expect(endpointBody(inspectOf(), network('back', { address: '172.31.0.2' }))).toEqual({
      IPAMConfig: { IPv4Address: '172.31.0.2' },
      MacAddress: '02:42:ac:1f:00:02',
      Aliases: ['deep'],
      DriverOpts: { speed: 'high' },
    });
  });

  it.each([
    ['has none', { address: '' }],
    ['cannot be chosen by a user', { subnetChosen: false }],
  ])('are attached without an address where it %s', (_, changed) => {
    expect(endpointBody(inspectOf(), network('app', changed))).toEqual({ Aliases: ['web'] });
  });

  it('keep the priority of their gateways', () => {
    const endpoint = { NetworkID: 'a7', IPAddress: '', MacAddress: '', GwPriority: 5 };
    expect(
      endpointBody(inspectOf({ network: { Networks: { app: endpoint } } }), network('app', { address: '' })),
    ).toEqual({
      Aliases: [],
      GwPriority: 5,
    });
  });

  it("get no settings in Docker's default network", () => {
    const bridge = {
      NetworkID: 'b1',
      IPAddress: '172.17.0.2',
      MacAddress: '02:42:ac:11:00:02',
      Aliases: null,
    };
    const inspect = inspectOf({ host: { NetworkMode: 'default' }, network: { Networks: { bridge } } });
    const body = createBody(
      inspect,
      docker({ networks: [network('bridge', { address: '172.17.0.2' })] }),
      'shop:2',
    );
    expect(body).toMatchObject({
      HostConfig: { NetworkMode: 'default' },
      NetworkingConfig: { EndpointsConfig: { bridge: {} } },
    });
    expect(Body.parse(body).NetworkingConfig?.EndpointsConfig['bridge']).toEqual({});
  });

  it('keep an alias that only looks like an id', () => {
    const endpoint = { NetworkID: 'a7', IPAddress: '', MacAddress: '', Aliases: ['shop', ID.slice(0, 12)] };
    expect(
      endpointBody(inspectOf({ network: { Networks: { app: endpoint } } }), network('app', { address: '' })),
    ).toEqual({
      Aliases: ['shop'],
    });
  });
});

import { Inspect } from '../../../transport/docker/inspect.ts';

export const ID: string = '83d84f85e945'.padEnd(64, '0');
export const IMAGE_ID: string = `sha256:${'0fd9716b1637'.padEnd(64, '0')}`;
export const CACHE: string = 'bfdf534263869122'.padEnd(64, '0');

type Loose = Record<string, unknown>;

/** Docker 26.1's answer for a container with most of the possible settings, shortened. */
export const inspected = (
  changed: { config?: Loose; host?: Loose; network?: Loose; rest?: Loose } = {},
): Loose => ({
  Id: ID,
  Created: '2026-11-21T07:22:22.226298169Z',
  Name: '/shop',
  Image: IMAGE_ID,
  LogPath: `/var/lib/docker/containers/${ID}/${ID}-json.log`,
  State: { Status: 'running', Pid: 631 },
  GraphDriver: { Name: 'overlay2', Data: { UpperDir: '/var/lib/docker/overlay2/aa/diff' } },
  Config: {
    Hostname: 'counter',
    Image: 'shop:2',
    Env: ['COLOUR=green'],
    Labels: { team: 'blue' },
    Cmd: ['-c', 'sleep 1'],
    Entrypoint: ['sh'],
    ExposedPorts: { '80/tcp': {}, '81/tcp': {}, '90/udp': {}, '99/tcp': {} },
    Healthcheck: { Test: ['CMD-SHELL', 'true'] },
    StopSignal: 'INT',
    StopTimeout: 7,
    Volumes: { '/cache': {} },
    ...changed.config,
  },
  HostConfig: {
    NetworkMode: 'app',
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
    AutoRemove: false,
    Privileged: false,
    Runtime: 'runc',
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    Devices: [],
    DeviceRequests: null,
    Links: null,
    VolumesFrom: null,
    Binds: ['data:/data:ro', '/srv/shop:/srv'],
    PortBindings: {
      '80/tcp': [{ HostIp: '', HostPort: '8080' }],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
      '90/udp': [{ HostIp: '', HostPort: '' }],
    },
    PublishAllPorts: false,
    Memory: 104_857_600,
    SecurityOpt: ['seccomp=unconfined'],
    ...changed.host,
  },
  Mounts: [
    {
      Type: 'volume',
      Name: CACHE,
      Source: `/v/${CACHE}/_data`,
      Destination: '/cache',
      Driver: 'local',
      RW: true,
    },
    {
      Type: 'volume',
      Name: 'data',
      Source: '/v/data/_data',
      Destination: '/data',
      Driver: 'local',
      RW: false,
    },
    { Type: 'bind', Source: '/srv/shop', Destination: '/srv', RW: true },
  ],
  NetworkSettings: {
    Ports: {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
      '90/udp': [
        { HostIp: '0.0.0.0', HostPort: '32768' },
        { HostIp: '::', HostPort: '32768' },
      ],
      '99/tcp': null,
    },
    Networks: {
      app: {
        NetworkID: 'a7104b46',
        IPAMConfig: { IPv4Address: '172.30.0.10', IPv6Address: 'fd00::10' },
        IPAddress: '172.30.0.10',
        MacAddress: '02:42:ac:1e:00:0a',
        Aliases: ['web', ID.slice(0, 12)],
        DriverOpts: null,
      },
      back: {
        NetworkID: '5f96e355',
        IPAMConfig: {},
        IPAddress: '172.31.0.2',
        MacAddress: '02:42:ac:1f:00:02',
        Aliases: ['deep'],
        DriverOpts: { speed: 'high' },
      },
    },
    ...changed.network,
  },
  ...changed.rest,
});

export const inspectOf = (...changed: Parameters<typeof inspected>): Inspect =>
  Inspect.parse(inspected(...changed));

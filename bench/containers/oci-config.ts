/** What a container for the bench and the tests is to run. */
export interface ContainerSpec {
  readonly id: string;
  readonly args: readonly string[];
  /** Shares the host's network, so that what listens can be reached; otherwise a network of its own, with no way out. */
  readonly hostNetwork: boolean;
  readonly mounts?: readonly OciMount[];
  readonly terminal?: boolean;
}

export interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

const capabilities = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_NET_BIND_SERVICE',
];

const standardMounts: readonly OciMount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: [] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=262144k'],
  },
];

/** An OCI configuration as runc wants it. */
export const ociConfig = (spec: ContainerSpec): object => ({
  ociVersion: '1.0.2',
  process: {
    terminal: spec.terminal ?? false,
    user: { uid: 0, gid: 0 },
    args: spec.args,
    env: ['PATH=/bin:/usr/bin', 'HOME=/root'],
    cwd: '/',
    capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    noNewPrivileges: true,
  },
  root: { path: 'rootfs', readonly: false },
  hostname: spec.id,
  mounts: [...standardMounts, ...(spec.mounts ?? [])],
  linux: {
    namespaces: ['pid', 'ipc', 'uts', 'mount', 'cgroup', ...(spec.hostNetwork ? [] : ['network'])].map(
      (type) => ({ type }),
    ),
    resources: {},
  },
});

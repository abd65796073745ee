/** The part of an OCI configuration that confines a container. */
interface Configuration {
  readonly process: {
    readonly capabilities: { readonly bounding: readonly string[] };
    readonly noNewPrivileges?: boolean;
  };
  readonly mounts?: readonly {
    readonly destination: string;
    readonly type: string;
    readonly options?: readonly string[];
  }[];
  readonly linux?: {
    readonly namespaces: readonly { readonly type: string }[];
    readonly maskedPaths?: readonly string[];
    readonly readonlyPaths?: readonly string[];
  };
}

/** The confinement that Docker writes for a container without options. */
export const dockerConfig: Configuration = {
  process: {
    capabilities: {
      bounding:
        `chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot
        kill audit_write`
          .split(/\s+/)
          .map((name) => `CAP_${name.toUpperCase()}`),
    },
  },
  mounts: [
    { destination: '/proc', type: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    { destination: '/dev', type: 'tmpfs', options: ['nosuid'] },
    { destination: '/dev/pts', type: 'devpts', options: ['newinstance'] },
    { destination: '/sys', type: 'sysfs', options: ['nosuid', 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', options: ['ro', 'nosuid'] },
    { destination: '/dev/mqueue', type: 'mqueue', options: ['nosuid'] },
    { destination: '/dev/shm', type: 'tmpfs', options: ['nosuid'] },
    { destination: '/data', type: 'tmpfs', options: [] },
    ...['resolv.conf', 'hostname', 'hosts'].map((name) => ({
      destination: `/etc/${name}`,
      type: 'bind',
      options: ['rbind', 'rprivate'],
    })),
  ],
  linux: {
    namespaces: ['mount', 'network', 'uts', 'pid', 'ipc', 'cgroup'].map((type) => ({ type })),
    maskedPaths: [
      '/proc/asound',
      '/proc/acpi',
      '/proc/kcore',
      '/proc/keys',
      '/proc/timer_list',
      '/sys/firmware',
    ],
    readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  },
};

/** The confinement that `runc spec` writes. */
export const runcConfig: Configuration = {
  process: {
    capabilities: {
      bounding: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID', 'NET_BIND_SERVICE'].map(
        (name) => `CAP_${name}`,
      ),
    },
    noNewPrivileges: true,
  },
  mounts: [
    { destination: '/proc', type: 'proc' },
    { destination: '/dev', type: 'tmpfs' },
    { destination: '/dev/pts', type: 'devpts' },
    { destination: '/dev/shm', type: 'tmpfs' },
  ],
  linux: { namespaces: ['mount', 'network', 'uts', 'pid', 'ipc', 'cgroup'].map((type) => ({ type })) },
};

/** For processes that criu dumped without a runtime: they are not confined. */
export const openConfig: Configuration = {
  process: {
    capabilities: {
      bounding: `chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
        net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace
        sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control
        setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore`
        .split(/\s+/)
        .map((name) => `CAP_${name.toUpperCase()}`),
    },
  },
};

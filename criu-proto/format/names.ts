/** What a file of a dump is, by its name. */
export type Named =
  /** An image of this type; `id` is the number in the name as it stands there. */
  | { readonly kind: 'image'; readonly type: string; readonly id?: string }
  /** In the form of another program, or the pages themselves. */
  | { readonly kind: 'raw'; readonly what: RawImage; readonly id?: string }
  /** Written by criu or runc, and no image. */
  | { readonly kind: 'other' };

export type RawImage = 'pages' | 'archive' | 'network';

const single: Readonly<Record<string, string>> = {
  'inventory.img': 'INVENTORY',
  'pstree.img': 'PSTREE',
  'files.img': 'FILES',
  'remap-fpath.img': 'REMAP_FPATH',
  'filelocks.img': 'FILE_LOCKS',
  'pipes-data.img': 'PIPES_DATA',
  'fifo-data.img': 'FIFO_DATA',
  'sk-queues.img': 'SK_QUEUES',
  'tty-info.img': 'TTY_INFO',
  'tty-data.img': 'TTY_DATA',
  'cgroup.img': 'CGROUP',
  'seccomp.img': 'SECCOMP',
  'apparmor.img': 'APPARMOR',
  'cpuinfo.img': 'CPUINFO',
  'memfd.img': 'MEMFD_INODE',
  'bpfmap-file.img': 'BPFMAP_FILE',
  'bpfmap-data.img': 'BPFMAP_DATA',
  'binfmt-misc.img': 'BINFMT_MISC',
  'stats-dump': 'STATS',
  'stats-restore': 'STATS',
  'irmap-cache': 'IRMAP_CACHE',
};

const numbered: Readonly<Record<string, string>> = {
  core: 'CORE',
  ids: 'IDS',
  mm: 'MM',
  creds: 'CREDS',
  fs: 'FS',
  fdinfo: 'FDINFO',
  pagemap: 'PAGEMAP',
  'pagemap-shmem': 'PAGEMAP',
  autofs: 'AUTOFS',
  mountpoints: 'MNTS',
  utsns: 'UTSNS',
  timens: 'TIMENS',
  pidns: 'PIDNS',
  userns: 'USERNS',
  netns: 'NETNS',
  netdev: 'NETDEV',
  'ipcns-var': 'IPC_VAR',
  'ipcns-shm': 'IPCNS_SHM',
  'ipcns-msg': 'IPCNS_MSG',
  'ipcns-sem': 'IPCNS_SEM',
  'binfmt-misc': 'BINFMT_MISC',
};

const hexadecimal: Readonly<Record<string, string>> = {
  'ghost-file': 'GHOST_FILE',
  'tcp-stream': 'TCP_STREAM',
};

const raw: Readonly<Record<string, RawImage>> = {
  pages: 'pages',
  'pages-shmem': 'pages',
  'tmpfs-dev': 'archive',
  tmpfs: 'archive',
  ifaddr: 'network',
  route: 'network',
  route6: 'network',
  rule: 'network',
  iptables: 'network',
  ip6tables: 'network',
  nftables: 'network',
  'netns-ct': 'network',
  'netns-exp': 'network',
};

/** No configuration: criu reads none from here, and whoever sends one hopes that somebody does. */
const others = /^(descriptors\.json|[\w-]+\.(log|pid))$/;

/** `undefined`: nothing that criu 3.17 to 4.2 writes has such a name. */
export const describeName = (name: string): Named | undefined => {
  const type = Object.hasOwn(single, name) ? single[name] : undefined;
  if (type !== undefined) return { kind: 'image', type };
  if (others.test(name)) return { kind: 'other' };
  const [, stem = '', id = ''] =
    /^([a-z0-9-]+?)-(\d{1,20}|[0-9a-f]{1,16})(?:\.tar\.gz)?\.img$/.exec(name) ?? [];
  if (Object.hasOwn(raw, stem)) {
    const what = raw[stem];
    return what === undefined ? undefined : { kind: 'raw', what, id };
  }
  const table = /^\d+$/.test(id) && Object.hasOwn(numbered, stem) ? numbered : hexadecimal;
  const found = Object.hasOwn(table, stem) ? table[stem] : undefined;
  return found === undefined ? undefined : { kind: 'image', type: found, id };
};

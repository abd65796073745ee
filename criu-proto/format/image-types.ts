/** What follows an entry's message in the file. */
export type PayloadKind =
  /** Nothing. */
  | 'none'
  /** As many bytes as the field `bytes` says. */
  | 'pipe'
  /** As many bytes as the field `length` says. */
  | 'packet'
  /** `inq_len` bytes, then `outq_len`. */
  | 'tcp'
  /** `keys_bytes` and `values_bytes`. */
  | 'bpf'
  /** The rest of the file, or entries of another type with bytes of their own. */
  | 'ghost'
  /** `size` bytes filled up to a multiple of 4, unless they are in a pagemap. */
  | 'shared-memory'
  /** `nsems` 16-bit numbers filled up to a multiple of 8. */
  | 'semaphores'
  /** `qnum` messages, each followed by its text, filled up to a multiple of 8. */
  | 'messages';

export interface ImageType {
  /** As `crit` calls it. */
  readonly name: string;
  /** The second word of the file; of an inventory the only one. */
  readonly magic: number;
  /** The message of each entry; of a pagemap and of a ghost file that of the first. */
  readonly message: string;
  readonly payload: PayloadKind;
  /** The message of entries after the first, where it is another. */
  readonly rest?: string;
}

/** The first word of an image, and of a file that criu keeps for itself. */
export const FIRST_MAGIC = { image: 0x54564319, service: 0x55105940 } as const;

const type = (
  name: string,
  magic: number,
  message: string,
  payload: PayloadKind = 'none',
  rest?: string,
): ImageType => ({ name, magic, message, payload, ...(rest === undefined ? {} : { rest }) });

/** Files that begin with the service magic. */
export const serviceImages: ReadonlySet<string> = new Set(['STATS', 'IRMAP_CACHE']);

export const INVENTORY: ImageType = type('INVENTORY', 0x58313116, 'inventory_entry');
export const PAGEMAP: ImageType = type('PAGEMAP', 0x56084025, 'pagemap_head', 'none', 'pagemap_entry');
export const STATS: ImageType = type('STATS', 0x57093306, 'stats_entry');

/** Every type that a file can have, as criu 3.17 to 4.2 write them and as older ones did. */
export const imageTypes: readonly ImageType[] = [
  INVENTORY,
  PAGEMAP,
  STATS,
  type('IRMAP_CACHE', 0x57004059, 'irmap_cache_entry'),
  // One of each in a dump.
  type('PSTREE', 0x50273030, 'pstree_entry'),
  type('FILES', 0x56303138, 'file_entry'),
  type('REMAP_FPATH', 0x59133954, 'remap_file_path_entry'),
  type('FILE_LOCKS', 0x54323616, 'file_lock_entry'),
  type('PIPES_DATA', 0x56453709, 'pipe_data_entry', 'pipe'),
  type('FIFO_DATA', 0x59333054, 'pipe_data_entry', 'pipe'),
  type('SK_QUEUES', 0x56264026, 'sk_packet_entry', 'packet'),
  type('TTY_INFO', 0x59453036, 'tty_info_entry'),
  type('TTY_DATA', 0x59413026, 'tty_data_entry'),
  type('CGROUP', 0x59383330, 'cgroup_entry'),
  type('SECCOMP', 0x64413049, 'seccomp_entry'),
  type('APPARMOR', 0x59423047, 'apparmor_entry'),
  type('CPUINFO', 0x61404013, 'cpuinfo_entry'),
  type('MEMFD_INODE', 0x48453499, 'memfd_inode_entry'),
  type('BPFMAP_FILE', 0x57506142, 'bpfmap_file_entry'),
  type('BPFMAP_DATA', 0x64324033, 'bpfmap_data_entry', 'bpf'),
  type('BINFMT_MISC', 0x67343323, 'binfmt_misc_entry'),
  // One for each task, file or namespace.
  type('CORE', 0x55053847, 'core_entry'),
  type('IDS', 0x54432030, 'task_kobj_ids_entry'),
  type('MM', 0x57492820, 'mm_entry'),
  type('CREDS', 0x54023547, 'creds_entry'),
  type('FS', 0x51403912, 'fs_entry'),
  type('FDINFO', 0x56213732, 'fdinfo_entry'),
  type('GHOST_FILE', 0x52583605, 'ghost_file_entry', 'ghost', 'ghost_chunk_entry'),
  type('TCP_STREAM', 0x51465506, 'tcp_stream_entry', 'tcp'),
  type('AUTOFS', 0x49353943, 'autofs_entry'),
  type('MNTS', 0x55563928, 'mnt_entry'),
  type('UTSNS', 0x54473203, 'utsns_entry'),
  type('TIMENS', 0x43114433, 'timens_entry'),
  type('PIDNS', 0x61157326, 'pidns_entry'),
  type('USERNS', 0x55474906, 'userns_entry'),
  type('NETNS', 0x55933752, 'netns_entry'),
  type('NETDEV', 0x57373951, 'net_device_entry'),
  type('IPC_VAR', 0x53115007, 'ipc_var_entry'),
  type('IPCNS_SHM', 0x46283044, 'ipc_shm_entry', 'shared-memory'),
  type('IPCNS_MSG', 0x55453737, 'ipc_msg_entry', 'messages'),
  type('IPCNS_SEM', 0x59573019, 'ipc_sem_entry', 'semaphores'),
  // What is inside files.img, core-TID.img and mm-PID.img, in files of their own: old criu wrote them.
  type('REG_FILES', 0x50363636, 'reg_file_entry'),
  type('EXT_FILES', 0x59255641, 'ext_file_entry'),
  type('NS_FILES', 0x61394011, 'ns_file_entry'),
  type('EVENTFD_FILE', 0x44523722, 'eventfd_file_entry'),
  type('EVENTPOLL_FILE', 0x45023858, 'eventpoll_file_entry'),
  type('EVENTPOLL_TFD', 0x44433746, 'eventpoll_tfd_entry'),
  type('SIGNALFD', 0x57323820, 'signalfd_entry'),
  type('TIMERFD', 0x50493712, 'timerfd_entry'),
  type('INOTIFY_FILE', 0x48424431, 'inotify_file_entry'),
  type('INOTIFY_WD', 0x54562009, 'inotify_wd_entry'),
  type('FANOTIFY_FILE', 0x55096122, 'fanotify_file_entry'),
  type('FANOTIFY_MARK', 0x56506035, 'fanotify_mark_entry'),
  type('PIDFD', 0x54435556, 'pidfd_entry'),
  type('PIPES', 0x56513555, 'pipe_entry'),
  type('FIFO', 0x58364939, 'fifo_entry'),
  type('UNIXSK', 0x54373943, 'unix_sk_entry'),
  type('INETSK', 0x56443851, 'inet_sk_entry'),
  type('PACKETSK', 0x60454618, 'packet_sock_entry'),
  type('NETLINK_SK', 0x58005614, 'netlink_sk_entry'),
  type('TTY_FILES', 0x59433025, 'tty_file_entry'),
  type('TUNFILE', 0x57143751, 'tunfile_entry'),
  type('VMAS', 0x54123737, 'vma_entry'),
  type('SIGACT', 0x55344201, 'sa_entry'),
  type('SIGNAL', 0x59255647, 'siginfo_entry'),
  type('RLIMIT', 0x57113925, 'rlimit_entry'),
  type('ITIMERS', 0x57464056, 'itimer_entry'),
  type('POSIX_TIMERS', 0x52603957, 'posix_timer_entry'),
];

const byMagic = new Map(imageTypes.map((each) => [each.magic, each]));

export const imageTypeOf = (magic: number): ImageType | undefined => byMagic.get(magic);

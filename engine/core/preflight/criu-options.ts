/**
 * What criu's configuration files may not say during a migration, by option (parse_options in criu/config.c). Files are read before
 * what precopy and runc tell criu, but for runc.conf, which is read last.
 */
export interface Contradiction {
  /** `last`: only in the file that is read last, since what precopy or runc say holds everywhere else. */
  readonly where: 'anywhere' | 'last';
  readonly why: string;
  /** Values that change nothing. */
  readonly fine?: readonly string[];
}

const all = (names: readonly string[], contradiction: Contradiction): [string, Contradiction][] =>
  names.map((name) => [name, contradiction]);

export const contradictions: ReadonlyMap<string, Contradiction> = new Map([
  ...all(['leave-running', 'leave-stopped'], {
    where: 'anywhere',
    why: 'the container would not end on the source, and two copies could run',
  }),
  ...all(['action-script'], {
    where: 'anywhere',
    why: 'another script would take part in the hand-over',
  }),
  ...all(['pre-dump-mode'], {
    where: 'anywhere',
    why: 'rounds would copy memory in another way than predictions and checks expect',
    fine: ['splice'],
  }),
  ...all(['lazy-pages', 'page-server', 'ps-socket', 'prev-images-dir', 'stream', 'auto-dedup', 'tls'], {
    where: 'anywhere',
    why: 'pages would go another way than planned, or be missing from the images',
  }),
  ...all(['address', 'port', 'no-page-server', 'no-track-mem', 'no-tls', 'tls-cacert', 'tls-cacrl'], {
    where: 'last',
    why: 'pages would go another way than planned',
  }),
  ...all(['tls-cert', 'tls-key'], { where: 'last', why: 'pages would go another way than planned' }),
  ...all(['work-dir'], { where: 'anywhere', why: 'statistics and logs would lie elsewhere' }),
  ...all(['log-file'], { where: 'last', why: 'what criu says would lie elsewhere' }),
  ...all(['images-dir'], { where: 'last', why: 'images would lie elsewhere' }),
  ...all(['cgroup-root', 'cgroup-yard', 'freeze-cgroup'], {
    where: 'anywhere',
    why: 'the container would be frozen or restored in another cgroup',
  }),
  ...all(['manage-cgroups'], {
    where: 'last',
    why: 'the container would be restored in another cgroup, or with other limits',
    fine: ['', 'soft'],
  }),
  ...all(['network-lock'], {
    where: 'anywhere',
    why: "the container's network could stay open while frozen, or locked after a roll-back",
    fine: ['iptables', 'nftables'],
  }),
  ...all(['no-file-locks', 'no-skip-in-flight', 'no-link-remap'], {
    where: 'last',
    why: 'what precopy asks criu for would be taken back',
  }),
  ...all(
    ['tree', 'root', 'exec-cmd', 'join-ns', 'inherit-fd', 'empty-ns', 'lsm-profile', 'lsm-mount-context'],
    {
      where: 'last',
      why: 'criu would dump or restore something else than the container as it is configured',
    },
  ),
  ...all(['help', 'version', 'unprivileged', 'ms', 'feature'], {
    where: 'anywhere',
    why: 'criu would neither dump nor restore',
  }),
]);

/** Contradictions of one fate of established connections. */
export const tcpContradictions: Readonly<Record<'keep' | 'close', ReadonlyMap<string, Contradiction>>> = {
  keep: new Map([
    ...all(['tcp-close'], { where: 'anywhere', why: 'connections would be closed, not kept' }),
    ...all(['no-tcp-established'], { where: 'last', why: 'connections could not be kept' }),
  ]),
  close: new Map(
    all(['tcp-established', 'no-tcp-close'], { where: 'last', why: 'connections would not be closed' }),
  ),
};

/** They change what criu says, how long criu waits, or nothing in a dump or a restore. */
export const harmless: ReadonlySet<string> = new Set([
  ...[
    'verbosity',
    'log-pid',
    'no-log-pid',
    'display-stats',
    'no-display-stats',
    'timeout',
    'pidfile',
    'libdir',
  ],
  ...['deprecated', 'no-deprecated', 'extra', 'experimental', 'all', 'config', 'no-default-config'],
  ...['tcp-established', 'tcp-close', 'no-tcp-established', 'no-tcp-close'],
]);

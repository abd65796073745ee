/** Two criu that have to work together: the source's writes what the destination's reads. */
export type CriuPair =
  | { readonly kind: 'same' }
  | { readonly kind: 'newer' }
  | { readonly kind: 'refused'; readonly why: string };

interface Change {
  /** The first version that has it. */
  readonly since: Version;
  readonly what: string;
  /** What shows it, in criu's own sources. */
  readonly source: string;
}

type Version = readonly [major: number, minor: number, patch: number];

/** From here on what goes over the page stream is not understood by a criu before it, nor the other way round. */
const streams: readonly Change[] = [
  {
    since: [4, 2, 0],
    what: 'criu 4.2 changed the page stream, which is not negotiated',
    source: 'criu/page-xfer.c, struct page_server_iov: 32 bytes instead of 24, commit 7e0da4d97',
  },
];

/**
 * From here on images may hold what a criu before it does not restore. The other way holds: what is added to images is
 * optional, and a newer criu goes without. Seen: 4.1.1 takes pages from 3.17.1 and restores its images.
 */
const images: readonly Change[] = [
  {
    since: [4, 0, 0],
    what: 'no_new_privs, options of TCP sockets, membarrier registrations',
    source: 'images/creds.proto, sk-inet.proto (tcp_opts) and core.proto of v4.0 beside v3.17.1',
  },
  {
    since: [4, 1, 0],
    what: 'ambient capabilities, pidfds',
    source: 'images/creds.proto (cap_amb) and images/fdinfo.proto (PIDFD) of v4.1 beside v4.0',
  },
];

/**
 * Before it a criu that is asked by runc ends (`BUG at criu/action-scripts.c`) as soon as its configuration names a script, which
 * holds both sides of a cut-over. Source: criu/action-scripts.c, commit 28d005638; seen with 3.17.1.
 */
const OLDEST: Version = [3, 19, 0];
export const oldestCriu = '3.19';

export const isTooOld = (version: string): boolean => {
  const known = versionOf(version);
  return known !== undefined && isBefore(known, OLDEST);
};

/** The first that dumps no_new_privs. Source: criu pull request 2228, images/creds.proto of v4.0. */
const KEEPS_NO_NEW_PRIVILEGES: Version = [4, 0, 0];

/** Whether processes that a criu dumps may gain privileges after the restore, although they could not before. */
export const forgetsNoNewPrivileges = (version: string): boolean => {
  const known = versionOf(version);
  return known !== undefined && isBefore(known, KEEPS_NO_NEW_PRIVILEGES);
};

/** Whether a destination's criu takes what a source's sends; `undefined` where one of them is not known. */
export const criuPair = (
  source: string | undefined,
  destination: string | undefined,
): CriuPair | undefined => {
  if (source === undefined || destination === undefined) return undefined;
  if (source === destination) return { kind: 'same' };
  const [from, to] = [versionOf(source), versionOf(destination)];
  if (from === undefined || to === undefined)
    return { kind: 'refused', why: 'nothing is known of a version between releases' };
  const [between] = streams.filter(({ since }) => isBefore(from, since) !== isBefore(to, since));
  if (between !== undefined) return { kind: 'refused', why: between.what };
  if (!isBefore(to, from)) return { kind: 'newer' };
  const added = images.filter(({ since }) => isBefore(to, since) && !isBefore(from, since));
  const lost = added.length === 0 ? '' : `: ${added.map(({ what }) => what).join(', ')}`;
  return { kind: 'refused', why: `an older criu does not restore all that a newer one writes${lost}` };
};

/** What `criu --version` says of a release. */
const versionOf = (text: string): Version | undefined => {
  const [, major, minor, patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : [Number(major), Number(minor), Number(patch)];
};

const isBefore = (one: Version, other: Version): boolean => {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
};

interface Failure {
  /** As `criu check` says it. */
  readonly sign: string;
  readonly why: string;
  readonly remedy: (host: string) => string;
  readonly source: string;
}

/** Why a criu does not start at all, where its own words do not tell. */
const failures: readonly Failure[] = [
  {
    sign: 'Unexpected rt vDSO area bounds',
    why: 'criu before 4.1 does not know the vDSO of Linux 6.13 and later',
    remedy: (host) => `Install criu 4.1 or later on ${host}, or boot it with a kernel before 6.13.`,
    source: 'checkpoint-restore/criu issue 2532, commit 8ee2eba47',
  },
];

export const knownFailure = (said: string): Pick<Failure, 'why' | 'remedy'> | undefined =>
  failures.find(({ sign }) => said.includes(sign));

/** Namespaces by the words of an OCI configuration. */
export type NamespaceKind = 'pid' | 'network' | 'ipc' | 'uts' | 'mount' | 'user' | 'cgroup' | 'time';

export interface ConfinedMount {
  readonly destination: string;
  /** As mount knows it, such as `tmpfs`; `bind` for what is of the host. */
  readonly type: string;
  readonly readOnly: boolean;
}

export interface IdRange {
  readonly first: number;
  readonly host: number;
  readonly count: number;
}

/**
 * What a container may be, by the configuration it will be restored with. The images could say otherwise, and criu, as root,
 * does what they say: everything of this comes from them, and nobody but the reader of the images holds it against the configuration.
 */
export interface Confinement {
  /** It has its own. */
  readonly namespaces: readonly NamespaceKind[];
  /** A bit for each capability that any of its processes may have. */
  readonly capabilities: bigint;
  readonly noNewPrivileges: boolean;
  /** AppArmor's, if it has one. */
  readonly profile: string | undefined;
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
  readonly mounts: readonly ConfinedMount[];
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  /** Its cgroup when it was dumped; `undefined` where that is not known. */
  readonly cgroup: string | undefined;
}

export const CAP_SYS_ADMIN: bigint = 1n << 21n;

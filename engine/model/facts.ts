import type { DockerFacts, DockerPlace } from './docker.ts';
import type { Bytes } from './units.ts';

/** What a host is in a migration. */
export type Role = 'source' | 'destination';

/** What a host can do, as it says itself. */
export interface HostFacts {
  readonly name: string;
  readonly kernel: string;
  readonly architecture: string;
  /** `undefined`: criu is not installed. */
  readonly criuVersion: string | undefined;
  /** `criu check` passed; otherwise what it said. */
  readonly criuCheck: CheckResult;
  /** criu was built to encrypt pages itself. */
  readonly criuTls: boolean;
  /** There is a program that makes certificates. */
  readonly makesCertificates: boolean;
  /** criu held a throw-away process as it will have to hold the container; otherwise what it did. */
  readonly hold: CheckResult;
  /** The kernel tracks dirty pages (CONFIG_MEM_SOFT_DIRTY). */
  readonly dirtyTracking: CheckResult;
  readonly runtimeVersion: string | undefined;
  readonly rsyncVersion: string | undefined;
  /** Programs missing of those a migration calls on this host. */
  readonly missingPrograms: readonly string[];
  readonly cpuFlags: readonly string[];
  /** `hybrid`: controllers of v1, beside an empty hierarchy of v2. */
  readonly cgroupVersion: 1 | 2 | 'hybrid';
  /** What is set in criu's configuration files, in the order in which criu reads them. */
  readonly criuSettings: readonly CriuSetting[];
  /** AppArmor profiles that are loaded; `undefined`: AppArmor is not active. */
  readonly appArmorProfiles: readonly string[] | undefined;
  /** sshd lets root forward connections from its clients. */
  readonly tcpForwarding: boolean;
  /** sshd compresses for its clients. */
  readonly sshCompression: boolean;
  /** A connection can be held to a rate. */
  readonly pacing: CheckResult;
  /** The first port that any user may listen on. */
  readonly unprivilegedPort: number;
  readonly memoryAvailable: Bytes;
  /** Where migration images go. */
  readonly imagesDirectory: string;
  readonly imagesFree: Bytes;
  /** Images lie in memory: they count against `memoryAvailable` too. */
  readonly imagesInMemory: boolean;
}

/** One line of a configuration file of criu. */
export interface CriuSetting {
  readonly file: string;
  readonly line: number;
  /** Without dashes. */
  readonly option: string;
  /** Empty where the option has none. */
  readonly value: string;
  /** criu reads the file after all that precopy and runc tell criu: what is set there holds. */
  readonly last: boolean;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly detail: string;
}

/** Where one of the first three file descriptors leads. */
export type StdioTarget =
  | { readonly kind: 'null' }
  | { readonly kind: 'pipe' }
  | { readonly kind: 'terminal'; readonly path: string }
  | { readonly kind: 'socket' }
  | { readonly kind: 'file'; readonly path: string; readonly inContainer: boolean };

/** How a root filesystem is made, and which directory holds what the container changed. */
export type Rootfs =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 'overlay';
      readonly path: string;
      readonly lower: readonly string[];
      readonly upper: string;
      readonly work: string;
      readonly mountOptions: readonly string[];
    };

/** Memory by how it can be copied. */
export interface MemoryFacts {
  readonly resident: Bytes;
  /**
   * Shared memory, memfd, huge pages, AIO rings: sent only at cut-over. criu 3.16 to 4.1.1 takes anonymous shared memory for a
   * memfd wherever it may open what is mapped (handle_vma in criu/proc_parse.c), and no pre-dump copies those.
   */
  readonly unreachable: readonly UnreachableMemory[];
  /** tmpfs mounts of the container with their content: archived only at cut-over. */
  readonly tmpfs: readonly UnreachableMemory[];
}

export interface UnreachableMemory {
  readonly what: string;
  readonly size: Bytes;
}

/** A running container as its source host sees it. */
export interface ContainerFacts {
  readonly id: string;
  readonly runtime: string;
  readonly state: 'running' | 'paused' | 'stopped' | 'created';
  readonly pid: number;
  /** When that process began, in clock ticks, and in which start of the host: so that no later one is taken for it. */
  readonly begun: { readonly startTime: string; readonly boot: string };
  readonly processes: number;
  readonly bundle: string;
  readonly rootfs: Rootfs;
  readonly cgroupPath: string;
  /** The AppArmor profile of its first process; `undefined`: unconfined. */
  readonly appArmorProfile: string | undefined;
  /** Its processes may not gain privileges by what they execute. */
  readonly noNewPrivileges: boolean;
  readonly terminal: boolean;
  readonly stdio: readonly [StdioTarget, StdioTarget, StdioTarget];
  readonly memory: MemoryFacts;
  readonly rootfsSize: Bytes;
  /** Established TCP connections inside the container's network namespace. */
  readonly establishedTcp: number;
  /** Bind mounts from the host, `source` on the host. */
  readonly bindMounts: readonly BindMount[];
  /** Namespaces joined by path, which must exist on the destination under the same path. */
  readonly joinedNamespaces: readonly JoinedNamespace[];
  /** `undefined` for a container without Docker. */
  readonly docker: DockerFacts | undefined;
}

export interface BindMount {
  readonly source: string;
  readonly destination: string;
}

export interface JoinedNamespace {
  readonly type: string;
  readonly path: string;
}

/** What stands in the way, or does not, on the destination for this very container. */
export interface PlaceFacts {
  /** A container with this id exists already. */
  readonly idTaken: boolean;
  /** absent, or left by an earlier migration of the same container, or somebody else's. */
  readonly bundle: 'absent' | 'left-behind' | 'foreign';
  /** Lower directories of an overlay that are missing. */
  readonly missingLower: readonly string[];
  /** Lower directories that are there but differ from the source's. */
  readonly differentLower: readonly string[];
  /** Sources of bind mounts and joined namespaces that are missing. */
  readonly missingPaths: readonly string[];
  /** The destination's address as given can be reached from the source over ssh and for pages. */
  readonly reachable: CheckResult;
  /** `undefined` for a container without Docker. */
  readonly docker: DockerPlace | undefined;
}

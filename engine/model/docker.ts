import type { Bytes } from './units.ts';

/** What Docker knows of a container beyond what the runtime beneath it knows. */
export interface DockerFacts {
  readonly engine: DockerEngine;
  /** Without Docker's leading slash. */
  readonly name: string;
  readonly image: DockerImage;
  readonly logDriver: string;
  /** `no`, `always`, `unless-stopped` or `on-failure`. */
  readonly restartPolicy: string;
  /** Docker removes the container, and its anonymous volumes, when it ends (`--rm`). */
  readonly autoRemove: boolean;
  readonly privileged: boolean;
  /** It was created so that no AppArmor profile confines it. */
  readonly unconfined: boolean;
  /** Devices of the host that were given to the container. */
  readonly devices: readonly string[];
  readonly networking: 'host' | 'none' | 'another-container' | 'networks';
  readonly networks: readonly DockerNetwork[];
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly DockerMount[];
  /** Links, shared namespaces and volumes of other containers, as the user wrote them. */
  readonly tiedTo: readonly string[];
}

/** One Docker daemon. */
export interface DockerEngine {
  /** Such as `26.1.5`. */
  readonly version: string;
  /** `overlay2` and the like, or with containerd's image store its snapshotter: `overlayfs`. */
  readonly storageDriver: string;
  readonly cgroupDriver: 'cgroupfs' | 'systemd';
  /** Docker confines containers by AppArmor. */
  readonly appArmor: boolean;
  /** Root in a container is another user of the host (`userns-remap`). */
  readonly usernsRemap: boolean;
  /** Where runc keeps what it knows of Docker's containers. */
  readonly runcRoot: string;
}

export interface DockerImage {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly id: string;
  /** The same for the same image on another host, where the id may be another one: it depends on how Docker stores images. */
  readonly identity: string;
  /** As the container was created with it; may be the id. */
  readonly name: string;
  /** Digests of its uncompressed layers, lowest first. */
  readonly layers: readonly string[];
}

/** A network the container is attached to, and how. */
export interface DockerNetwork {
  readonly name: string;
  readonly driver: string;
  /** Docker's own `bridge`, on which nobody can choose an address. */
  readonly isDefault: boolean;
  /** Subnets with their gateways, as Docker writes them. */
  readonly subnets: readonly DockerSubnet[];
  /** The subnet was chosen by the user, so an address in it can be asked for. */
  readonly subnetChosen: boolean;
  /** The container's address in it; empty when it has none. */
  readonly address: string;
  /** The user asked for that address. */
  readonly addressFixed: boolean;
}

export interface DockerSubnet {
  readonly subnet: string;
  readonly gateway: string | undefined;
}

export interface PublishedPort {
  readonly protocol: string;
  /** Empty: every address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** Something mounted into the container that is not of its root filesystem. */
export interface DockerMount {
  readonly kind: 'volume' | 'bind' | 'other';
  /** How the user names it in `--volume`: a volume's name, or the host's path of a bind mount. */
  readonly name: string;
  readonly driver: string;
  /** Where it lies on the source. */
  readonly source: string;
  /** Where the container sees it. */
  readonly destination: string;
  readonly writable: boolean;
  /** Its content lies elsewhere and every host that mounts it sees the same: a global driver, or a network file system. */
  readonly reachableFromAll: boolean;
  readonly size: Bytes;
}

/** What becomes of a mount: its content comes along, is reached from both hosts, or stays behind. */
export type MountFate = 'copy' | 'shared' | 'leave';

export interface MountChoice {
  readonly name: string;
  readonly fate: MountFate;
}

/** What the user asked for, for a Docker container. */
export interface DockerRequest {
  readonly mounts: readonly MountChoice[];
  /** Make networks that are missing on the destination. */
  readonly createNetworks: boolean;
  /** Established TCP connections: `auto` keeps them where the address moves along and closes them elsewhere. */
  readonly tcp: 'auto' | 'keep' | 'close';
  /** Remove the source's container after the move, instead of keeping it stopped. */
  readonly removeSource: boolean;
}

/** What the destination's Docker has, or lacks, for this very container. */
export interface DockerPlace {
  /** `undefined`: there is no Docker that answers. */
  readonly engine: DockerEngine | undefined;
  /** The OCI runtime that parks a restore, see `precopy host setup`. */
  readonly wrapper: 'ready' | 'outdated' | 'missing';
  /** The command ctr is there: it tells where a container in containerd's image store is written. */
  readonly ctr: boolean;
  readonly nameTaken: boolean;
  readonly image: 'present' | 'absent';
  /** The image's name stands for another image there: its id. */
  readonly imageNamedAlike: string | undefined;
  /** How many of the image's layers need not be sent, from the lowest; containerd's image store wants all of them. */
  readonly layersPresent: number;
  readonly networks: readonly NetworkPlace[];
  readonly takenPorts: readonly PublishedPort[];
  readonly mounts: readonly MountPlace[];
}

export interface NetworkPlace {
  readonly name: string;
  readonly state: 'fits' | 'absent' | 'conflict' | 'address-taken';
  /** What is different, or who has the address or an overlapping subnet. */
  readonly detail: string;
}

export interface MountPlace {
  /** As in `DockerMount`. */
  readonly name: string;
  readonly state: 'absent' | 'empty' | 'has-content' | 'driver-missing';
}

/**
 * When the destination's Docker attaches the container's networks: by a hook of the restore, while the restore is parked, or at the
 * cut-over, before the restore.
 */
export type NetworkAttachment = 'restore' | 'parking' | 'cut-over';

/** What was decided for a Docker container. */
export interface DockerPlan {
  readonly shipImage: boolean;
  /** Layers of it, from the lowest, that need not be sent. */
  readonly layersPresent: number;
  readonly createNetworks: readonly string[];
  readonly mounts: readonly MountChoice[];
  readonly tcp: 'keep' | 'close';
  readonly attach: NetworkAttachment;
  /** Where runc keeps what it knows of Docker's containers on the destination. */
  readonly runcRoot: string;
  readonly removeSource: boolean;
}

/** The Debian releases that lab hosts can be made of, the oldest first. One lab's hosts are both of one suite. */
export const suites = ['bookworm', 'trixie', 'forky'] as const;
export type Suite = (typeof suites)[number];
export const defaultSuite: Suite = 'trixie';

export interface Recipe {
  readonly suite: Suite;
  readonly packages: readonly string[];
  /** Virtual size; the file holds only what was written. */
  readonly diskMebibytes: number;
  /** Each host's memory. */
  readonly memoryMebibytes: number;
  /** Room for translated code, where the hosts run without hardware virtualisation. */
  readonly translationMebibytes: number;
  readonly kernelArguments: readonly string[];
}

/** What differs between the suites: the names of packages. */
const packagesOf: Readonly<Record<Suite, readonly string[]>> = {
  // Docker's command line is part of docker.io.
  bookworm: [],
  trixie: ['docker-cli'],
  forky: ['docker-cli'],
};

/** What a lab host is made of. A change here, in guest/ or in ../workloads/ makes a new image. */
export const recipeOf = (suite: Suite): Recipe => ({
  suite,
  packages: [
    // The host itself: /lab-init starts it, there is no service manager.
    'linux-image-cloud-amd64',
    'busybox-static',
    'kmod',
    'procps',
    'iproute2',
    'openssh-server',
    // ssh and ssh-keyscan, which the server's package does not bring along in every suite.
    'openssh-client',
    // What a migration needs.
    'criu',
    'runc',
    'rsync',
    'iptables',
    'nftables',
    'tar',
    'gzip',
    'attr',
    'sudo',
    'docker.io',
    // Docker confines containers by it once a host mounts securityfs, which lab hosts do not by themselves.
    'apparmor',
    // Either makes the certificates of `--page-channel tls`.
    'openssl',
    'gnutls-bin',
    // A directory that both hosts mount.
    'nfs-kernel-server',
    // What the containers run; their root filesystem is made by guest/container-rootfs.sh, Docker's image of it by
    // guest/container-image.sh.
    'redis-server',
    'redis-tools',
    'memcached',
    'postgresql',
    'nginx',
    // Another way to migrate, for the bench to compare with. It runs containers with runc here.
    'podman',
    ...packagesOf[suite],
  ],
  diskMebibytes: 6144,
  memoryMebibytes: 2048,
  translationMebibytes: 512,
  kernelArguments: [
    'root=/dev/vda',
    'rw',
    'console=ttyS0',
    'quiet',
    'panic=-1',
    'net.ifnames=0',
    'init=/lab-init',
    // Guards against attacks nobody makes here, and dear where every instruction is emulated.
    'mitigations=off',
    // String instructions are emulated byte by byte or word by word: copying with plain loops is two to three times faster.
    'clearcpuid=rep_good',
  ],
});

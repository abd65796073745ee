export interface Recipe {
  readonly suite: string;
  readonly packages: readonly string[];
  /** Virtual size; the file holds only what was written. */
  readonly diskMebibytes: number;
  /** Each host's memory. */
  readonly memoryMebibytes: number;
  /** Room for translated code, where the hosts run without hardware virtualisation. */
  readonly translationMebibytes: number;
  readonly kernelArguments: readonly string[];
}

/** What a lab host is made of. A change here, in guest/ or in ../workloads/ makes a new image. */
export const recipe: Recipe = {
  suite: 'trixie',
  packages: [
    // The host itself: /lab-init starts it, there is no service manager.
    'linux-image-cloud-amd64',
    'busybox-static',
    'kmod',
    'procps',
    'iproute2',
    'openssh-server',
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
    'docker-cli',
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
    'postgresql-17',
    'nginx',
    // Another way to migrate, for the bench to compare with. It runs containers with runc here.
    'podman',
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
};

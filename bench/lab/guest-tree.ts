import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Build, runStep } from './build-step.ts';
import { guestDirectory, workloadsDirectory } from './guest-files.ts';
import { addresses, hostNames } from './hosts.ts';
import { hostsKnownHosts, keyNames, publicKey } from './keys.ts';

/** Programs, each compiled from the C file of its name. */
const workloads = ['page-counter', 'page-edges', 'dirtier', 'churn'] as const;

/** A file of the hosts: its place there, its mode, and where it comes from. */
interface GuestFile {
  readonly path: string;
  readonly mode: number;
  readonly from: { readonly file: string } | { readonly text: string };
}

const guestFiles = async ({ directory }: Build): Promise<readonly GuestFile[]> => {
  const ofGuest = (path: string, mode: number, name: string): GuestFile => ({
    path,
    mode,
    from: { file: join(guestDirectory, name) },
  });
  const key = (path: string, name: string): GuestFile => ({
    path,
    mode: 0o600,
    from: { file: join(directory, name) },
  });
  const text = (path: string, mode: number, content: string): GuestFile => ({
    path,
    mode,
    from: { text: content },
  });
  const authorized = [keyNames.control, keyNames.hostToHost].map((name) => publicKey(directory, name));
  const names = hostNames.map((host) => `${addresses[host]} ${host}\n`).join('');
  return [
    ofGuest('lab-init', 0o755, 'lab-init'),
    ofGuest('lab-ready', 0o755, 'lab-ready'),
    ofGuest('etc/inittab', 0o644, 'inittab'),
    ofGuest('etc/ssh/sshd_config', 0o644, 'sshd_config'),
    ofGuest('opt/precopy-lab/image/set-up.sh', 0o755, 'set-up.sh'),
    ofGuest('opt/precopy-lab/image/container-rootfs.sh', 0o755, 'container-rootfs.sh'),
    ofGuest('opt/precopy-lab/image/container-image.sh', 0o755, 'container-image.sh'),
    ofGuest('etc/docker/daemon.json', 0o644, 'daemon.json'),
    key('opt/precopy-lab/host-to-host-key', keyNames.hostToHost),
    ...hostNames.map((host) => key(`etc/ssh/lab/${host}`, keyNames.hosts[host])),
    text('etc/ssh/ssh_known_hosts', 0o644, await hostsKnownHosts(directory)),
    text('root/.ssh/authorized_keys', 0o600, `${(await Promise.all(authorized)).join('\n')}\n`),
    text('etc/hosts', 0o644, `127.0.0.1 localhost\n${names}`),
    text('etc/hostname', 0o644, 'lab\n'),
    // Nothing of the outside is reachable.
    text('etc/resolv.conf', 0o644, ''),
  ];
};

/** Gathers what a host has beyond Debian's packages, as the archive `guest.tar` in the build's folder. */
export const archiveGuestTree = async (build: Build): Promise<void> => {
  const tree = join(build.directory, 'guest');
  const files = await guestFiles(build);
  for (const { path, mode, from } of files) {
    const target = join(tree, path);
    await mkdir(dirname(target), { recursive: true });
    if ('file' in from) await copyFile(from.file, target);
    else await writeFile(target, from.text);
    await chmod(target, mode);
  }
  const programs = await Promise.all(workloads.map((name) => compile(build, tree, name)));
  // Files only: folders would bring their modes over those of the system.
  const paths = [...files.map(({ path }) => path), ...programs];
  const archive = [
    'tar',
    '-C',
    'guest',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '-cf',
    'guest.tar',
  ] as const;
  await runStep(build, 'gathering files', [...archive, '--', ...paths]);
};

const compile = async (build: Build, tree: string, name: string): Promise<string> => {
  const program = `opt/precopy-lab/bin/${name}`;
  const target = join(tree, program);
  await mkdir(dirname(target), { recursive: true });
  const source = join(workloadsDirectory, `${name}.c`);
  await runStep(build, `compiling ${name}`, [
    'gcc',
    '-static',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    target,
    source,
  ]);
  return program;
};

import type { Host } from '../../engine/ports/host.ts';
import { sh } from '../lab/hosts.ts';

/** What a stack is made of, by name, in the order of the table. */
export type Versions = Readonly<Record<string, string>>;

const asked: readonly (readonly [string, string])[] = [
  ['kernel', 'uname -r'],
  ['criu', 'criu --version | sed -n "s/^Version: //p"'],
  ['runc', 'runc --version | sed -n "s/^runc version //p"'],
  ['Docker', 'docker version --format "{{.Server.Version}}"'],
  ['image store', 'docker info --format "{{.Driver}}"'],
  ['containerd', 'containerd --version | cut -d " " -f 3'],
  ['OpenSSH', 'ssh -V 2>&1 | sed "s/^OpenSSH_\\([^ ,]*\\).*/\\1/"'],
  ['rsync', 'rsync --version | sed -n "s/^rsync *version \\([^ ]*\\).*/\\1/p"'],
  ['glibc', 'ldd --version | sed -n "1s/.* //p"'],
];

export const versionsOf = async (host: Host): Promise<Versions> => {
  const answers = await Promise.all(
    asked.map(async ([name, script]) => [name, (await sh(host, script)).trim()]),
  );
  return Object.fromEntries(answers);
};

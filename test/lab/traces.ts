import type { Host } from '../../engine/ports.ts';
import { sh } from './hosts.ts';

const script = [
  // Processes by what they run; kernel threads have no command line, sshd's sessions come and go, and so do we.
  'all=$(for p in /proc/[0-9]*; do c=$(tr "\\0" " " <$p/cmdline 2>/dev/null); case $c in ""|*sshd*|*"for p in /proc"*|"sh -c"*) ;; *) echo "process $c" ;; esac; done); echo "$all" | sort',
  'cut -d" " -f5- /proc/self/mountinfo | sort | sed "s/^/mount /"',
  'find /run/precopy /var/lib/containers /tmp -maxdepth 1 2>/dev/null | sort | sed "s/^/directory /"',
  'sed "s/^/key /" ~/.ssh/authorized_keys',
  // Less what they have counted.
  'iptables-save 2>/dev/null | grep -v "^#" | sed "s/ \\[[0-9]*:[0-9]*\\]$//; s/^/rule /"',
  'find /sys/fs/cgroup -name cgroup.freeze -exec grep -l 1 {} + 2>/dev/null | sed "s/^/frozen /"',
  'runc list -q | sed "s/^/container /"; true',
].join('; ');

/** What a migration might leave behind on a host, as lines to compare before and after. */
export const traces = async (host: Host): Promise<readonly string[]> =>
  (await sh(host, script)).trimEnd().split('\n');

import type { Host } from '../../engine/ports/host.ts';
import { sh } from './hosts.ts';

const script = [
  // Processes by what they run; kernel threads stand in brackets, sshd's sessions come and go, and so do we.
  'ps -ww -eo args= | grep -vE "^\\[|sshd|^(ps -ww|sh -c|grep|sed|sort)" | sort | sed "s/^/process /"',
  'cut -d" " -f5- /proc/self/mountinfo | sort | sed "s/^/mount /"',
  'find /run/precopy /var/lib/containers /tmp -maxdepth 1 2>/dev/null | sort | sed "s/^/directory /"',
  'sed "s/^/key /" ~/.ssh/authorized_keys',
  // Less what they have counted.
  'iptables-save 2>/dev/null | grep -v "^#" | sed "s/ \\[[0-9]*:[0-9]*\\]$//; s/^/rule /"',
  'find /sys/fs/cgroup -name cgroup.freeze -exec grep -l 1 {} + 2>/dev/null | sed "s/^/frozen /"',
  'runc list -q 2>/dev/null | sed "s/^/container /"; true',
].join('; ');

/** What a migration might leave behind on a host, as lines to compare before and after. */
export const traces = async (host: Host): Promise<readonly string[]> =>
  (await sh(host, script)).trimEnd().split('\n');

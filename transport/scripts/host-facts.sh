#!/bin/bash
# Prints what this host can do, one `key value` a line.
#   host-facts.sh RUNTIME IMAGES_DIRECTORY ROLE      (ROLE: source or destination)
runtime=$1 images=$2 role=$3
say() { printf '%s %s\n' "$1" "${2//$'\n'/ }"; }
check() { # KEY COMMAND...
  local key=$1 output
  shift
  if output=$("$@" 2>&1); then say "$key" "ok $output"; else say "$key" "failed $output"; fi
}
say kernel "$(uname -r)"
say architecture "$(uname -m)"
read -r boot </proc/sys/kernel/random/boot_id && say boot "$boot"
if command -v criu >/dev/null; then
  say criu "$(criu --version 2>/dev/null | sed -n 's/^Version: //p')"
  check criu-check criu check
  check dirty-tracking criu check --feature mem_dirty_track
fi
command -v "$runtime" >/dev/null && say runtime "$("$runtime" --version | grep -om 1 '[0-9][^ ,]*' | head -n 1)"
command -v rsync >/dev/null && say rsync "$(rsync --version | sed -n '1s/^rsync *version \([^ ]*\).*/\1/p')"
for program in "$runtime" runc criu rsync ssh ssh-keygen ss setsid tar gzip flock iptables-restore ip6tables-restore; do
  command -v "$program" >/dev/null || say missing "$program"
done
say cpu-flags "$(sed -n '/^flags/{s/^[^:]*: //p;q}' /proc/cpuinfo)"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then say cgroup 2; else say cgroup 1; fi
# What holds for root, wherever it comes from. A host without sshd is asked as one that has no say.
forwarding=$(sshd -T -C user=root,host=,addr=,laddr=,lport=22 2>/dev/null) || forwarding=$(sshd -T 2>/dev/null)
case $'\n'$forwarding in
  *$'\nallowtcpforwarding no'* | *$'\nallowtcpforwarding remote'* | *$'\ndisableforwarding yes'*) say tcp-forwarding no ;;
esac
[ ! -r /proc/sys/net/ipv4/ip_unprivileged_port_start ] ||
  say unprivileged-port "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)"
# As pace.sh does it, on a connection of nobody.
pacing='my $p = syscall 434, $$ + 0, 0; $p < 0 and die "pidfd_open: $!\n"; socket my $s, 2, 1, 0 or die "socket: $!\n"; my $c = syscall 438, $p, fileno $s, 0; $c < 0 and die "pidfd_getfd: $!\n"; open my $o, "+<&=", $c or die "open: $!\n"; setsockopt $o, 1, 47, pack "Q", 1e6 or die "SO_MAX_PACING_RATE: $!\n"; print "yes"'
[ "$role" != source ] || check pacing perl -e "$pacing"
say memory-kib "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
while [ ! -d "$images" ]; do images=$(dirname -- "$images"); done
say images-free-kib "$(df -kP -- "$images" | awk 'NR == 2 { print $4 }')"
say images-filesystem "$(stat -fc %T -- "$images")"

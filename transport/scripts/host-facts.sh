#!/bin/bash
# Prints what this host can do, one `key value` a line.
#   host-facts.sh RUNTIME IMAGES_DIRECTORY ROLE
# ROLE: source or destination.
# With as few programs as can be: on a small host their starting is what takes the time.
runtime=$1 images=$2 role=$3
say() { printf '%s %s\n' "$1" "${2//$'\n'/ }"; }
check() { # KEY COMMAND...
  local key=$1 output
  shift
  if output=$("$@" 2>&1); then say "$key" "ok $output"; else say "$key" "failed $output"; fi
}
# The rest of the first line of a file that starts with this.
line_of() { # FILE START
  local line
  while read -r line; do
    [[ $line != "$2"* ]] || { found=${line#"$2"}; return; }
  done <"$1"
  return 1
}
line_of /proc/sys/kernel/osrelease '' && say kernel "$found"
say architecture "$(uname -m)"
read -r boot </proc/sys/kernel/random/boot_id && say boot "$boot"
if command -v criu >/dev/null; then
  version=$(criu --version 2>/dev/null)
  [[ $version =~ (^|$'\n')Version:\ ([^$'\n']*) ]] && say criu "${BASH_REMATCH[2]}"
  check criu-check criu check
  check dirty-tracking criu check --feature mem_dirty_track
  # Only a build with GnuTLS knows the options.
  [[ $(criu --help 2>/dev/null) != *' --tls-key '* ]] || say criu-tls yes
fi
for program in openssl certtool; do
  command -v "$program" >/dev/null && say certificates "$program" && break
done
command -v "$runtime" >/dev/null && [[ $("$runtime" --version) =~ [0-9][^\ ,$'\n']* ]] && say runtime "${BASH_REMATCH[0]}"
command -v rsync >/dev/null && [[ $(rsync --version) =~ ^rsync\ *version\ ([^\ $'\n']+) ]] && say rsync "${BASH_REMATCH[1]}"
for program in "$runtime" runc criu rsync ssh ssh-keygen ss setsid tar gzip flock iptables-restore ip6tables-restore; do
  command -v "$program" >/dev/null || say missing "$program"
done
line_of /proc/cpuinfo flags && say cpu-flags "${found#*: }"
cgroup=/sys/fs/cgroup
if [ -f "$cgroup/cgroup.controllers" ]; then say cgroup 2; elif [ -f "$cgroup/unified/cgroup.controllers" ]; then say cgroup hybrid; else say cgroup 1; fi
# criu's own configuration, in the order in which criu reads it. What Docker or runc start may have another HOME than this shell.
homes=(~root)
[ "${HOME:-}" = "${homes[0]}" ] || homes+=("${HOME:-/}")
for file in /etc/criu/default.conf "${homes[@]/%//.criu/default.conf}" /etc/criu/runc.conf; do
  [ -r "$file" ] || continue
  number=0
  while IFS= read -r line || [ -n "$line" ]; do
    ((number += 1))
    [[ $line =~ ^[[:space:]]*(#|$) ]] || printf 'criu-setting %s\t%s\t%s\n' "$number" "$file" "$line"
  done <"$file"
done
# criu and Docker take AppArmor for active where its directory is.
enabled=/sys/module/apparmor/parameters/enabled profiles=/sys/kernel/security/apparmor/profiles
if [ -r "$enabled" ] && line_of "$enabled" Y && [ -r "$profiles" ]; then
  say apparmor active
  while read -r line; do say apparmor-profile "${line% (*)}"; done <"$profiles"
fi
# What holds for root, wherever it comes from. A host without sshd is asked as one that has no say.
settings=$(sshd -T -C user=root,host=,addr=,laddr=,lport=22 2>/dev/null) || settings=$(sshd -T 2>/dev/null)
# Newer releases write `AllowTcpForwarding`, older ones `allowtcpforwarding`.
settings=${settings,,}
case $'\n'$settings in
  *$'\nallowtcpforwarding no'* | *$'\nallowtcpforwarding remote'* | *$'\ndisableforwarding yes'*) say tcp-forwarding no ;;
esac
case $'\n'$settings in
  *$'\ncompression no'*) say ssh-compression no ;;
esac
port=/proc/sys/net/ipv4/ip_unprivileged_port_start
[ ! -r "$port" ] || { line_of "$port" '' && say unprivileged-port "$found"; }
line_of /proc/meminfo MemAvailable: && read -r kib _ <<<"$found" && say memory-kib "$kib"
while [ ! -d "$images" ]; do
  parent=${images%/*}
  images=${parent:-/}
done
read -r free size filesystem < <(stat -fc '%a %S %T' -- "$images")
say images-free-kib "$((free * size / 1024))"
say images-filesystem "$filesystem"
program=$(<can-pace.pl)
[ "$role" != source ] || check pacing perl -e "$program"

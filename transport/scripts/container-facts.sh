#!/bin/bash
# Prints what a running container is made of, as seen from its host, one record a line.
#   container-facts.sh PID ROOTFS
. parts/process-stat.sh
pid=$1 rootfs=$2
# Which process this number stands for.
fields=()
read_stat "$pid"
printf 'begun %s %s\n' "${fields[19]}" "$(</proc/sys/kernel/random/boot_id)"
cgroup=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
printf 'cgroup %s\n' "$cgroup"
pids=$pid
[ -n "$cgroup" ] && [ "$cgroup" != / ] && pids=$(find "/sys/fs/cgroup$cgroup" -name cgroup.procs -exec cat {} +)
printf 'processes %s\n' "$(wc -w <<<"$pids")"
sed 's/^/container-mount /' "/proc/$pid/mountinfo"
awk -v path="$rootfs" '$5 == path { print "host-mount " $0 }' /proc/self/mountinfo
for fd in 0 1 2; do
  target=$(readlink "/proc/$pid/fd/$fd") || continue
  printf 'stdio %s %s %s\n' "$fd" "$(sed -n 's/^mnt_id:[[:space:]]*//p' "/proc/$pid/fdinfo/$fd")" "$target"
done
for each in $pids; do
  # One record per mapping that is not plain private memory; private memory is summed up.
  awk '
    function flush() {
      if (kind == "") { resident += size; return }
      print "memory " kind, inode, size
    }
    /^[0-9a-f]+-[0-9a-f]+ / {
      flush()
      inode = $5; size = 0; kind = ""
      if ($6 == "/dev/zero" && $7 == "(deleted)") kind = "anonymous-shared"
      else if ($6 ~ /^\/SYSV/) kind = "sysv"
      else if ($6 ~ /^\/memfd:/ && $2 ~ /s$/) kind = "memfd"
      else if ($6 == "/[aio]") kind = "aio"
      next
    }
    /^Rss:/ { size += $2 }
    /^(Private|Shared)_Hugetlb:/ && $2 > 0 { size += $2; kind = "hugetlb" }
    END { flush(); print "memory private 0 " resident + 0 }
  ' "/proc/$each/smaps" 2>/dev/null
  find "/proc/$each/fd" -type l -printf 'open %l\n' 2>/dev/null | grep '^open socket:'
done
awk '$4 == "01" { print "established " $10 }' "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
awk '$9 == "tmpfs" || $8 == "tmpfs" || $10 == "tmpfs" { print $5 }' "/proc/$pid/mountinfo" | while read -r mount; do
  printf 'tmpfs %s %s\n' "$(df -kP "/proc/$pid/root$mount" 2>/dev/null | awk 'NR == 2 { print $3 }')" "$mount"
done
printf 'rootfs-kib %s\n' "$(du -skx -- "$rootfs" 2>/dev/null | cut -f1)"

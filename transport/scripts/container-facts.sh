#!/bin/bash
# Prints what a running container is made of, as seen from its host, one record a line.
#   container-facts.sh PID ROOTFS
# With as few programs as can be: on a small host their starting is what takes the time.
. parts/process-stat.sh
pid=$1 rootfs=$2
# Which process this number stands for.
fields=()
read_stat "$pid"
printf 'begun %s %s\n' "${fields[19]}" "$(</proc/sys/kernel/random/boot_id)"
cgroup=''
while IFS= read -r line; do
  [[ $line != 0::* ]] || cgroup=${line#0::}
done <"/proc/$pid/cgroup"
printf 'cgroup %s\n' "$cgroup"
# Other security modules have labels of their own in the same file.
if read -r enabled 2>/dev/null </sys/module/apparmor/parameters/enabled && [ "$enabled" = Y ]; then
  profile=''
  { read -r profile <"/proc/$pid/attr/apparmor/current" || read -r profile <"/proc/$pid/attr/current"; } 2>/dev/null
  printf 'profile %s\n' "${profile% (*)}"
fi
pids=("$pid")
[ -n "$cgroup" ] && [ "$cgroup" != / ] &&
  mapfile -t pids < <(find "/sys/fs/cgroup$cgroup" -name cgroup.procs -exec cat {} +)
printf 'processes %s\n' "${#pids[@]}"
tmpfs=()
while IFS= read -r line; do
  printf 'container-mount %s\n' "$line"
  read -r _ _ _ _ mount _ <<<"$line"
  [[ $line != *' - tmpfs '* ]] || tmpfs+=("$mount")
done <"/proc/$pid/mountinfo"
while IFS= read -r line; do
  read -r _ _ _ _ mount _ <<<"$line"
  [ "$mount" != "$rootfs" ] || printf 'host-mount %s\n' "$line"
done </proc/self/mountinfo
while IFS= read -r line; do
  fd=${line%% *} id=''
  while read -r key value; do
    [ "$key" != mnt_id: ] || id=$value
  done <"/proc/$pid/fdinfo/$fd"
  printf 'stdio %s %s %s\n' "$fd" "$id" "${line#* }"
done < <(find "/proc/$pid/fd" -name '[012]' -printf '%f %l\n')
for each in "${pids[@]}"; do
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
  # Of what is shared: how much there is, in blocks of 512 bytes, whoever has written it.
  find "/proc/$each/fd" "/proc/$each/map_files" -lname 'socket:*' -printf 'open %l\n' \
    -o -lname '/dev/zero (deleted)' -exec stat -L -c 'segment anonymous-shared %i %b' {} + \
    -o -lname '/SYSV*' -exec stat -L -c 'segment sysv %i %b' {} + \
    -o -lname '/memfd:*' -exec stat -L -c 'segment memfd %i %b' {} + 2>/dev/null
done
awk '$4 == "01" { print "established " $10 }' "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
for mount in "${tmpfs[@]}"; do
  read -r blocks free size < <(stat -fc '%b %f %S' -- "/proc/$pid/root$mount" 2>/dev/null)
  printf 'tmpfs %s %s\n' "$(((blocks - free) * size / 1024))" "$mount"
done
read -r kib _ < <(du -skx -- "$rootfs" 2>/dev/null)
printf 'rootfs-kib %s\n' "$kib"

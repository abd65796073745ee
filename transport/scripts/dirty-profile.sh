#!/bin/bash
# Watches which pages of a container's processes get dirty, without stopping them.
#   dirty-profile.sh DIRECTORY PID START CGROUP MS...
# START: when PID began. CGROUP: its cgroup's path, or empty.
# Holds a migration's directory meanwhile, for to clear the dirty bits would make a migration lose pages, and removes it however
# it ends. Prints `clear BEGIN END`; then, so many ms after that, the page table entries of private memory (gzip, base64, in lines
# without a space) and `looked BEGIN END`; at last `all looked`. Times are ms of a clock that is never set. The end of input stops it.
# Exit codes: 17 a migration has the directory, or the container, 18 another profile (parts/taken.sh), 19 no tracking of dirty pages, 20 the process is gone, 21 it is
# held by somebody, 22 its pages may not be looked at.
set -u
. parts/taken.sh
. parts/process-stat.sh
directory=$1 pid=$2 start=$3 cgroup=$4
windows=("${@:5}")

# Nothing may come between the directory's making and the trap that removes it.
trap '' HUP INT TERM PIPE
umask 077
mkdir -p -- "${directory%/*}" || exit 1
if ! mkdir -- "$directory"; then
  [ -d "$directory" ] || exit 1
  exit_taken "$directory"
fi
release() {
  rm -rf -- "$directory"
  case ${directory%/*} in */precopy) rmdir --ignore-fail-on-non-empty -- "${directory%/*}" 2>/dev/null ;; esac
}
trap release EXIT
trap exit HUP INT TERM PIPE
echo "profile-$$" >"$directory/migration"
# As a migration does, which may have its directory elsewhere (hold-lock.sh).
if [ -n "$cgroup" ] && [ "$cgroup" != / ] && [ -d "/sys/fs/cgroup$cgroup" ]; then
  exec 9<"/sys/fs/cgroup$cgroup" || exit 1
  flock -n 9 || exit 17
fi

# Where pages lie in memory is nobody's business, and without it the entries compress to nothing.
hide=(setpriv --bounding-set -sys_admin)
"${hide[@]}" true 2>/dev/null || hide=()
entries() { # PID FROM TO
  "${hide[@]}" dd if="/proc/$1/pagemap" bs=1M iflag=skip_bytes,count_bytes,fullblock \
    skip=$(($2 / 512)) count=$((($3 - $2) / 512)) status=none 2>/dev/null
}

# A kernel that tracks nothing takes the order all the same: does it see what we write ourselves?
{ echo 4 >/proc/$$/clear_refs; } 2>/dev/null || exit 19
IFS='- ' read -r first last _ < <(grep '\[stack\]' /proc/$$/maps)
entries $$ $((16#${first:-0})) $((16#${last:-0})) | od -An -v -w8 -t x8 | grep -q '^ ..[89a-f]' || exit 19

processes() {
  if [ -n "$cgroup" ] && [ "$cgroup" != / ]; then
    find "/sys/fs/cgroup$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null
  else
    echo "$pid"
  fi
}

fields=()
read_stat "$pid"
[ "${fields[19]:-}" = "$start" ] || exit 20
# A criu at work, or what it left: from a migration with another directory for its images.
for each in $(processes); do
  ! grep -qs '^TracerPid:[[:space:]]*[1-9]' "/proc/$each/status" || exit 21
done
! grep -qsx 'frozen 1' "/sys/fs/cgroup$cgroup/cgroup.events" || exit 21

now() {
  read -r clock _ </proc/uptime
  clock=$((10#${clock/./}0))
}

# Waits until the clock says so. Ends the script at the end of input.
wait_until() { # MS
  local left
  while now; left=$(($1 - clock)); ((left > 0)); do
    # Fails with more than 128 when the time is up.
    read -r -t "$((left / 1000)).$(printf %03d $((left % 1000)))" _ || (($? > 128)) || exit 0
  done
}

# Until no process is new: a child begins with the bits of its parent.
clear_all() {
  local each news=yes
  local -A cleared=()
  while [ -n "$news" ]; do
    news=''
    for each in $(processes); do
      [ -z "${cleared[$each]:-}" ] || continue
      cleared[$each]=yes news=yes
      { echo 4 >"/proc/$each/clear_refs"; } 2>/dev/null || [ "$each" != "$pid" ] || exit 22
    done
  done
}

# Only mappings with private pages: others may be of any size. Those near each other are read at once, with what lies between.
NEAR=$((64 << 20))
declare -a ranges
find_ranges() {
  local each from to first last
  ranges=()
  for each in $(processes); do
    from='' to=''
    while IFS='- ' read -r first last; do
      first=$((16#$first)) last=$((16#$last))
      if [ -n "$from" ] && ((first - to > NEAR)); then
        ranges+=("$each $from $to")
        from=''
      fi
      from=${from:-$first} to=$last
    done < <(awk '
      /^[0-9a-f]+-[0-9a-f]+ / { range = $1 }
      /^(Anonymous|Swap):/ && $2 > 0 && range != "" { print range; range = "" }
    ' "/proc/$each/smaps" 2>/dev/null)
    [ -z "$from" ] || ranges+=("$each $from $to")
  done
}

# When it looked at the widest range, for most is there, goes to a file: what follows in the pipe may be slower.
look() {
  local begun range each from to widest=0
  for range in "${ranges[@]}"; do
    read -r each from to <<<"$range"
    now
    begun=$clock
    entries "$each" "$from" "$to"
    ((to - from > widest)) || continue
    widest=$((to - from))
    now
    echo "$begun $clock" >"$directory/looked"
  done
}

now
begun=$clock
find_ranges
now
finding=$((clock - begun))
begun=$clock
clear_all
now
echo "clear $begun $clock"
origin=$clock
# In less than this a process maps little more, and to find out would make a short window a long one.
SHORT=1000
for window in "${windows[@]}"; do
  now
  left=$((origin + window - clock))
  ((window <= SHORT)) || left=$((left - finding))
  # The look before took longer.
  ((left > 0)) || continue
  wait_until $((clock + left))
  [ -d "/proc/$pid" ] || exit 20
  ((window <= SHORT)) || find_ranges
  look | gzip -1 | base64 -w 65536
  echo "looked $(<"$directory/looked")"
done
echo 'all looked'

#!/bin/bash
# criu's action script for the final dump: at post-dump, with all images written, holds the frozen tasks until the
# verdict. Exit 0 lets criu kill them, anything else makes it thaw them.
#   source-hold.sh
# A SIGKILL to every task of the cgroup cannot be taken back, however long criu and the runtime take to clear up after it:
# from then on the destination may go on.
[ "${CRTOOLS_SCRIPT_ACTION:-}" = post-dump ] || exit 0
. parts/process-stat.sh
shopt -s globstar nullglob
directory=${0%/*}
exec 3<>"$directory/events" 4<>"$directory/verdict"

# Whether the cgroup holds nothing but the container: all its tasks in the first one's pid namespace, which is not ours.
holds_only() { # CGROUP PID
  [ ! "/proc/$2/ns/pid" -ef /proc/self/ns/pid ] || return 1
  local procs pid
  for procs in "$1"/**/cgroup.procs; do
    while read -r pid; do
      [ "/proc/$pid/ns/pid" -ef "/proc/$2/ns/pid" ] || return 1
    done <"$procs"
  done
}

cgroup='' pid=''
[ ! -s "$directory/cgroup" ] || { read -r pid && read -r cgroup; } <"$directory/cgroup"
[ -n "$cgroup" ] && holds_only "$cgroup" "$pid" || cgroup=''
echo held >&3
keeper=$(<"$directory/keeper")
verdict=''
until IFS= read -r -t 1 -u 4 part; do
  # What comes before a time-out in the middle of a word is kept.
  verdict+=$part
  # Without its keeper no verdict can come: better the source goes on.
  kill -0 "$keeper" 2>/dev/null || exit 1
done
verdict+=$part
[ "$verdict" = kill ] || exit 1
# Without criu the tasks may have gone on, and what the images say of them is old.
fields=()
read_stat $$
[ "${fields[1]:-}" = "$PPID" ] || exit 1
# Before it is so: a death that nobody wrote down would leave nobody the wiser.
: >"$directory/killed" || exit 1
if [ -n "$cgroup" ] && echo 1 >"$cgroup/cgroup.kill"; then echo killed >&3; fi
exit 0

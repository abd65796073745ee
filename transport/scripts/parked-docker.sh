#!/bin/bash
# A Docker container's restore that waits for its images, in Docker's OCI runtime `precopy` (docker-runtime.sh).
#   parked-docker.sh DIRECTORY ID
# ID: the container's full id.
# Waits for `restore`, which comes from the source (hand-over.sh), and takes `resume` or `discard`. Prints `parked`, `prepared`,
# `resumed` and at the end `exit CODE`, that of `docker start`. When its input ends before `restore`, it is called off; after
# it, the processes stay stopped: only a verdict may let them run or end them.
set -u
. parts/leave-parked.sh
. parts/log-room.sh
. parts/process-stat.sh
directory=$1 id=$2 parked=${PRECOPY_PARKED:-/run/precopy/parked}
exec 3<>"$directory/events" 4<>"$directory/verdict" 5<>"$directory/peer"
# Any other runtime would start the container anew.
runtime=$(docker inspect --type container --format '{{.HostConfig.Runtime}}' -- "$id") || exit 1
[ "$runtime" = precopy ] || { echo "$id has the runtime $runtime, not precopy" >&2; exit 1; }
echo "$BASHPID" >"$directory/keeper"
umask 077
mkdir -p -- "$parked" && printf '%s\n' "$directory" >"$parked/$id" || exit 1
# Docker shows no more of a log than there was when it opened it, and what it has added itself. So what the container logs
# until it moves must find its room already: spaces, which count for nothing between two records.
if [ -f "$directory/log" ]; then
  { read -r staged && read -r live; } <"$directory/log"
  cp -p --attributes-only -- "$staged" "$live" && size=$(stat -c %s -- "$staged") || exit 1
  # Not more than was measured, which may grow.
  head -c "$size" -- "$staged" | without_room - >"$live" || exit 1
  printf '%s\n' "$size" "$(stat -c %s -- "$live")" >"$directory/log-size"
  printf '%*s' "${PRECOPY_LOG_ROOM:-1048576}" '' >>"$live"
fi
# Where dockerd listens, for destination-hold.sh: it stops listening as soon as it is told to end, and lives on for a while.
if dockerd=$(pgrep -o -x dockerd); then
  for inode in $(awk '$4 == "00010000" && $8 ~ /\/docker\.sock$/ { print $7 }' /proc/net/unix); do
    find "/proc/$dockerd/fd" -lname "socket:\\[$inode\\]"
  done >"$directory/listener"
fi
# Out of reach of what may end this script: whether Docker goes on is for the verdict to say.
setsid docker start -- "$id" </dev/null >"$directory/start.out" 2>&1 3>&- 4>&- 5>&- &
start=$!
# For destination-hold.sh. One that has ended already has asked for nothing that could be held.
read_stat "$start" && echo "$start ${fields[19]}" >"$directory/asker"
{
  while read -r word; do
    case $word in
      # What was not asked for cannot run.
      resume) [ ! -e "$directory/claimed" ] || echo resume >&4 ;;
      discard) echo discard >&4 ;;
    esac
  done
  # Whoever makes this decides whether there is a restore: here the end of the controller, or the source.
  mkdir -- "$directory/claimed" 2>/dev/null && echo discard >&4
} <&0 &
listener=$!
while read -r event <&3 && [ "$event" != end ]; do echo "$event"; done &
teller=$!
# A Docker that is told to end while it starts a container may still say that it has, and then end it with itself.
still_runs() {
  local running=''
  for _ in {1..120}; do
    ! running=$(docker inspect --type container --format '{{.State.Running}}' -- "$id" 2>/dev/null) || break
    sleep 0.5
  done
  [ "$running" = true ] && return
  echo "Docker does not have it running any more, or does not answer" >>"$directory/start.out"
  false
}
wait "$start"
code=$?
kill "$listener" 2>/dev/null
if [ "$code" = 0 ]; then still_runs || code=1; fi
# From here on Docker has it, and its end is its own.
if [ "$code" = 0 ]; then : >"$directory/started"; else echo failed >&5; fi
rm -f -- "$parked/$id" "$parked/$id.restored" "$parked/$id.held"
leave_parked "$parked"
# The last line is what is shown; this one says nothing.
sed -i "/^Error: failed to start containers: /d" "$directory/start.out"
# The teller first passes on what was said before this.
echo end >&3
wait "$teller"
echo "exit $code"

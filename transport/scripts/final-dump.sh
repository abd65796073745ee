#!/bin/bash
# Runs the final dump and speaks for it.
#   final-dump.sh DIRECTORY PID COMMAND...        (PID: the container's first process)
# Prints `frozen`, `held` (from source-hold.sh, through a FIFO) and at the end `exit CODE`.
# Takes `kill`, `thaw`, and `beat` to show that the other end is there: silence (PRECOPY_SILENCE seconds, or 15) or the
# end of input mean `thaw`.
set -u
directory=$1 pid=$2
shift 2
# Opened for both directions, so that opening never waits for the other end.
exec 3<>"$directory/events" 4<>"$directory/verdict"
echo "$BASHPID" >"$directory/keeper"
CRIU_CONFIG_FILE=$directory/final.conf "$@" </dev/null >"$directory/final.out" 2>&1 3>&- 4>&- &
dump=$!
{
  while read -r -t "${PRECOPY_SILENCE:-15}" word; do
    case $word in kill | thaw) echo "$word" >&4 ;; esac
  done
  echo thaw >&4
} <&0 &
listener=$!
while read -r event <&3 && [ "$event" != end ]; do echo "$event"; done &
teller=$!
# criu stops the whole cgroup before it traces the first task: once that one is traced (state t), all stand still. criu
# itself says nothing at this point, and looking must not cost a process each time.
{
  exec {never}<> <(:)
  stat=
  # The whole file: the name in it may hold a line end.
  until read -r -d '' stat <"/proc/$pid/stat"; [[ ${stat##*) } == t* ]]; do read -r -t 0.02 -u "$never"; done
  echo frozen
} </dev/null 2>/dev/null &
watcher=$!
wait "$dump"
code=$?
kill "$listener" "$watcher" 2>/dev/null
# The teller first passes on what was said before this.
echo end >&3
wait "$teller"
echo "exit $code"

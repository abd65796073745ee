#!/bin/bash
# Runs the final dump and speaks for it.
#   final-dump.sh DIRECTORY PID COMMAND...        (PID: the container's first process)
# Prints `frozen`, `held` (from source-hold.sh, through a FIFO) and at the end `exit CODE`.
# Takes `kill`, `thaw`, and `beat` to show that the other end is there: silence or the end of input mean `thaw`.
set -u
directory=$1 pid=$2
shift 2
# Opened for both directions, so that opening never waits for the other end.
exec 3<>"$directory/events" 4<>"$directory/verdict"
echo "$BASHPID" >"$directory/keeper"
CRIU_CONFIG_FILE=$directory/final.conf "$@" </dev/null >"$directory/final.out" 2>&1 3>&- 4>&- &
dump=$!
{
  while read -r -t 15 word; do
    case $word in kill | thaw) echo "$word" >&4 ;; esac
  done
  echo thaw >&4
} <&0 &
listener=$!
while read -r event <&3; do echo "$event"; done &
teller=$!
# criu stops the whole cgroup before it traces the first task: once that one is traced (state t), all stand still. criu
# itself says nothing at this point, and looking must not cost a process each time.
{
  exec {never}<> <(:)
  until read -r stat <"/proc/$pid/stat" && [[ ${stat##*) } == t* ]]; do read -r -t 0.02 -u "$never"; done
  echo frozen
} </dev/null 2>/dev/null &
watcher=$!
wait "$dump"
code=$?
kill "$listener" "$teller" "$watcher" 2>/dev/null
wait "$teller" 2>/dev/null
# What the teller had no time to pass on.
while read -r -t 0.01 event <&3; do echo "$event"; done
echo "exit $code"

#!/bin/bash
# A restore that waits for its images.
#   parked-restore.sh DIRECTORY LOG COMMAND...
# LOG: where output goes that went to pipes on the source, or empty when it did not.
# Waits for `restore`, which comes from the source (hand-over.sh), and takes `resume` or `discard`. Prints `parked`, `prepared`,
# `resumed` (from destination-hold.sh, through a FIFO) and at the end `exit CODE`. When its input ends before `restore`, it is
# called off; after it, the processes stay stopped: only a verdict may let them run or end them.
set -u
directory=$1 log=$2
shift 2
exec 3<>"$directory/events" 4<>"$directory/verdict" 5<>"$directory/peer"
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
echo "$BASHPID" >"$directory/keeper"
echo parked
read -r -u 4 word
if [ "$word" != restore ]; then
  echo failed >&5
  kill "$listener" 2>/dev/null
  exit 0
fi

if [ -f "$directory/mount" ]; then
  mapfile -t mount <"$directory/mount"
  mount -t overlay overlay -o "${mount[1]}" -- "${mount[0]}" ||
    { echo failed >&5; kill "$listener"; exit 1; }
fi
export CRIU_CONFIG_FILE=$directory/restore.conf
if [ -n "$log" ]; then
  # The container's pipes get one process as their other end: it reads the output into LOG, keeps the input open without
  # ever writing to it, and ends with the container.
  # shellcheck disable=SC2016
  coproc PIPES { exec setsid bash -c 'exec 5>&1 >>"$0" 2>&1 3>&- 4>&- cat' "$log"; }
  # Copies, for a background command finds the coprocess's own descriptors closed.
  exec {input}<&"${PIPES[0]}" {output}>&"${PIPES[1]}"
  "$@" <&"$input" >&"$output" 2>&1 3>&- 4>&- 5>&- {input}<&- {output}>&- &
  restore=$!
  exec {input}<&- {output}>&-
else
  "$@" </dev/null >"$directory/restore.out" 2>&1 3>&- 4>&- 5>&- &
  restore=$!
fi
while read -r event <&3 && [ "$event" != end ]; do echo "$event"; done &
teller=$!
wait "$restore"
code=$?
kill "$listener" 2>/dev/null
# From here on the runtime has it, and its end is its own.
if [ "$code" = 0 ]; then : >"$directory/started"; else echo failed >&5; fi
# The teller first passes on what was said before this.
echo end >&3
wait "$teller"
echo "exit $code"

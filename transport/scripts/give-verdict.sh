#!/bin/bash
# Gives a verdict on the destination, in the place of a controller that is gone.
#   give-verdict.sh DIRECTORY VERDICT
# VERDICT: resume, discard or restore.
# Fails when `resume` is for nobody, and when a restore that is to begin was claimed by somebody else.
directory=$1 verdict=$2
[ -p "$directory/verdict" ] || exit 1
# For both directions, so that it never waits for somebody to read it.
exec 4<>"$directory/verdict"
if [ "$verdict" = resume ]; then
  [ -e "$directory/prepared" ] || { echo 'nothing is held here' >&2; exit 1; }
elif [ "$verdict" = restore ]; then
  mkdir -- "$directory/claimed" || exit 1
else
  # Whoever makes this decides whether there is a restore; held processes are past that.
  mkdir -- "$directory/claimed" 2>/dev/null
fi
echo "$verdict" >&4
# What nobody has read is gone with the last who has it open.
sleep 0.2

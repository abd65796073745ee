#!/bin/bash
# The destination's end of the hand-over, called by the source (final-dump.sh) over ssh.
#   hand-over.sh [WORD]
# Without WORD: takes `restore`, then `resume` or `discard`; prints `ready`, `prepared`, `resumed`, or `failed`. WORD `resume`: for a
# source that has lost that connection; prints `resumed` once that is certain.
# When the connection is lost, processes that are held stay so, until somebody gives a verdict.
set -u
directory=${0%/*}
exec 3<>"$directory/peer" 4<>"$directory/verdict"
if [ "${1:-}" = resume ]; then
  if [ ! -e "$directory/resumed" ]; then
    [ -e "$directory/prepared" ] || { echo 'nothing is held here' >&2; exit 1; }
    echo resume >&4
    for _ in {1..50}; do
      read -r -t 0.1 -u 3 _
      [ ! -e "$directory/resumed" ] || break
    done
  fi
  [ -e "$directory/resumed" ] && echo resumed
  exit
fi
echo ready
read -r word && [ "$word" = restore ] || exit 0
# The source asks by itself, but not before somebody else has looked at what it has sent.
[ -e "$directory/verified" ] || {
  mkdir -- "$directory/claimed" 2>/dev/null && echo discard >&4
  echo failed
  exit 1
}
# Whoever makes this decides whether there is a restore: the source, or here the end of the controller.
mkdir -- "$directory/claimed" 2>/dev/null || { echo failed; exit 1; }
echo restore >&4
{
  while read -r word; do
    case $word in resume | discard) echo "$word" >&4 ;; esac
  done
  echo gone >&3
# It must not hold the connection open when this script is killed.
} <&0 >/dev/null 2>&1 &
listener=$!
prepared='' line=''
while :; do
  # What comes before a time-out in the middle of a word is kept.
  if IFS= read -r -t 1 -u 3 part; then
    word=$line$part
    line=''
  else
    line+=$part
    # Without its keeper nobody may be there to restore.
    if [ -n "$prepared" ] || kill -0 "$(<"$directory/keeper")" 2>/dev/null; then continue; fi
    word=failed
  fi
  case $word in
    prepared) prepared=yes && echo prepared ;;
    resumed | failed) echo "$word" ;;&
    *) break ;;
  esac
done
kill "$listener" 2>/dev/null

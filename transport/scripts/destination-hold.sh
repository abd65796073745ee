#!/bin/bash
# criu's action script for the restore: at post-restore all processes exist and stand still; holds them until the
# verdict. Exit 0 lets them run, anything else makes criu end them.
directory=${0%/*}
exec 3<>"$directory/events" 4<>"$directory/verdict" 5<>"$directory/peer"
# To the controller and to the source.
say() { echo "$1" >&3; echo "$1" >&5; }
# The first process of the copy: a criu that is killed leaves it as it is, neither running nor gone.
note_copy() {
  local stat fields
  { read -r stat <"/proc/${CRTOOLS_INIT_PID:-none}/stat"; } 2>/dev/null || return
  read -ra fields <<<"${stat##*) }"
  echo "$CRTOOLS_INIT_PID ${fields[19]}" >"$directory/copy"
}
# criu, and the runtime that waits for it: without either nobody would have the copy.
find_makers() {
  local pid=$$ name stat fields
  makers=$PPID
  for _ in 1 2 3; do
    { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return
    read -ra fields <<<"${stat##*) }"
    pid=${fields[1]}
    { read -r name <"/proc/$pid/comm" && read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return
    read -ra fields <<<"${stat##*) }"
    [ "$name" != criu ] || { makers="$pid ${fields[1]}"; return; }
  done
}
parent_now() {
  local stat
  read -r stat <"/proc/$$/stat"
  read -r _ parent _ <<<"${stat##*) }"
}
case ${CRTOOLS_SCRIPT_ACTION:-} in
  setup-namespaces) note_copy ;;
  post-restore)
    note_copy
    find_makers
    before=$makers
    : >"$directory/prepared"
    say prepared
    while read -r -u 4 verdict; do
      case $verdict in
        resume)
          # Without them the copy is lost: that must not look as if it had run.
          parent_now && find_makers
          [ "$parent" = "$PPID" ] && [ "$makers" = "$before" ] || exit 1
          # Before they run, for whoever asks after a crash. The source is dead: nothing may keep them from it.
          : >"$directory/resumed"
          sync -- "$directory/resumed"
          exit 0
          ;;
        discard) exit 1 ;;
      esac
    done
    exit 1
    ;;
  post-resume)
    say resumed
    ;;
esac

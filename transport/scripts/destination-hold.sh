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
case ${CRTOOLS_SCRIPT_ACTION:-} in
  setup-namespaces) note_copy ;;
  post-restore)
    note_copy
    : >"$directory/prepared"
    say prepared
    while read -r -u 4 verdict; do
      case $verdict in
        resume)
          # Without criu nobody lets them run, and they are lost: that must not look as if they had.
          read -r stat <"/proc/$$/stat"
          read -r _ parent _ <<<"${stat##*) }"
          [ "$parent" = "$PPID" ] || exit 1
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

#!/bin/bash
# criu's action script for the restore: at post-restore all processes exist and stand still; holds them until the
# verdict. Exit 0 lets them run, anything else makes criu end them.
directory=${0%/*}
exec 3<>"$directory/events" 4<>"$directory/verdict"
case ${CRTOOLS_SCRIPT_ACTION:-} in
  post-restore)
    echo prepared >&3
    read -r -u 4 verdict
    [ "$verdict" = resume ]
    ;;
  post-resume)
    echo resumed >&3
    ;;
esac

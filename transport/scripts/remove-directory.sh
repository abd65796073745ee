#!/bin/bash
# Removes the directory of one migration, and the one it lies in when that is ours and empty.
# One that has been made since by another migration stays.
#   remove-directory.sh DIRECTORY MIGRATION
. parts/unmount-below.sh
if [ -e "$1/migration" ] && [ "$(<"$1/migration")" != "$2" ]; then exit 0; fi
unmount_below "$1" && rm -rf --one-file-system -- "$1" || exit
case ${1%/*} in */precopy) rmdir --ignore-fail-on-non-empty -- "${1%/*}" 2>/dev/null ;; esac
true

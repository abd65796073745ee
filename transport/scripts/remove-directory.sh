#!/bin/bash
# Removes the directory of one migration, and the one it lies in when that is ours and empty.
# One that has been made since by another migration stays.
#   remove-directory.sh DIRECTORY MIGRATION
. parts/unmount-below.sh
directory=$1 migration=$2
if [ -e "$directory/migration" ] && [ "$(<"$directory/migration")" != "$migration" ]; then exit 0; fi
unmount_below "$directory" && rm -rf --one-file-system -- "$directory" || exit
case ${directory%/*} in */precopy) rmdir --ignore-fail-on-non-empty -- "${directory%/*}" 2>/dev/null ;; esac
true

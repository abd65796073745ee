#!/bin/bash
# Removes the directory of one migration, and the one it lies in when that is ours and empty.
#   remove-directory.sh DIRECTORY
rm -rf -- "$1" || exit
case ${1%/*} in */precopy) rmdir --ignore-fail-on-non-empty -- "${1%/*}" 2>/dev/null ;; esac
true

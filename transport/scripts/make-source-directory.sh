#!/bin/bash
# Makes the directory of one migration on the source, and notes in it whose it is; exits with 17 when it is there.
#   make-source-directory.sh DIRECTORY MIGRATION
set -e
umask 077
mkdir -p -- "${1%/*}"
mkdir -- "$1" || { [ -d "$1" ] && exit 17; exit 1; }
echo "$2" >"$1/migration"
mkdir -- "$1/images" "$1/work"
mkfifo -m 600 -- "$1/events" "$1/verdict"

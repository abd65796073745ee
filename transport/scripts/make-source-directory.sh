#!/bin/bash
# Makes the directory of one migration on the source, and notes in it whose it is. When it is there already, ends as parts/taken.sh
# says.
#   make-source-directory.sh DIRECTORY MIGRATION OWNER
set -e
. parts/taken.sh
umask 077
mkdir -p -- "${1%/*}"
if ! mkdir -- "$1"; then
  [ -d "$1" ] || exit 1
  exit_taken "$1"
fi
echo "$2" >"$1/migration"
echo "$3" >"$1/owner"
mkdir -- "$1/images" "$1/work"
mkfifo -m 600 -- "$1/events" "$1/verdict"

#!/bin/bash
# Makes the directory of one migration on the source, and notes in it whose it is. When it is there already, ends as parts/taken.sh
# says.
#   make-source-directory.sh DIRECTORY MIGRATION OWNER
set -e
. parts/taken.sh
directory=$1 migration=$2 owner=$3
umask 077
mkdir -p -- "${directory%/*}"
if ! mkdir -- "$directory"; then
  [ -d "$directory" ] || exit 1
  exit_taken "$directory"
fi
echo "$migration" >"$directory/migration"
echo "$owner" >"$directory/owner"
mkdir -- "$directory/images" "$directory/work"
mkfifo -m 600 -- "$directory/events" "$directory/verdict"

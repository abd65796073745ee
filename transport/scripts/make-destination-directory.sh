#!/bin/bash
# Makes the directory of one migration on the destination, and the directories the container's files go to; exits with 17
# when the former is there. What was not there before is noted in DIRECTORY/made, topmost first, to be removed again.
#   make-destination-directory.sh DIRECTORY MIGRATION FILES...
set -e
umask 077
directory=$1 migration=$2
shift 2
mkdir -p -- "${directory%/*}"
mkdir -- "$directory" || { [ -d "$directory" ] && exit 17; exit 1; }
# Whose it is, for whoever cleans up after a crash.
echo "$migration" >"$directory/migration"
mkdir -- "$directory/images" "$directory/images/final" "$directory/work" "$directory/work/restore"
# Images that could outlive a loss of power are made to.
case $(stat -fc %T -- "$directory") in tmpfs | ramfs) ;; *) : >"$directory/on-disk" ;; esac
mkfifo -m 600 -- "$directory/events" "$directory/verdict" "$directory/peer"
umask 022
: >"$directory/made"
for path; do
  [ ! -e "$path" ] && [ ! -L "$path" ] || continue
  top=$path
  # Only what is not there in any form: a file in the way is somebody else's.
  while parent=${top%/*} && [ -n "$parent" ] && [ ! -e "$parent" ] && [ ! -L "$parent" ]; do top=$parent; done
  printf '%s\0' "$top" >>"$directory/made"
  mkdir -p -- "$path" || {
    xargs -0 rm -rf -- <"$directory/made"
    rm -rf -- "$directory"
    exit 1
  }
done

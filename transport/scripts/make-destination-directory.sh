#!/bin/bash
# Makes the directory of one migration on the destination, and the directories the container's files go to; exits with 17
# when the former is there.
#   make-destination-directory.sh DIRECTORY FILES...
set -e
umask 077
directory=$1
shift
mkdir -p -- "${directory%/*}"
mkdir -- "$directory" || { [ -d "$directory" ] && exit 17; exit 1; }
trap 'rm -rf -- "$directory"' ERR
mkdir -- "$directory/images" "$directory/images/final" "$directory/work" "$directory/work/restore"
mkfifo -m 600 -- "$directory/events" "$directory/verdict"
umask 022
mkdir -p -- "$@"

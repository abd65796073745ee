#!/bin/bash
# Makes the directory of one migration on the destination, and the directories the container's files go to.
#   make-destination-directory.sh DIRECTORY FILES...
set -e
umask 077
mkdir -p -- "${1%/*}"
mkdir -- "$1"
mkdir -- "$1/images" "$1/images/final" "$1/work" "$1/work/restore"
mkfifo -m 600 -- "$1/events" "$1/verdict"
shift
umask 022
mkdir -p -- "$@"

#!/bin/bash
# Makes the directory of one migration on the source, and notes in it whose it is; exits with 17 when it is there, with 18 when
# a profile holds it.
#   make-source-directory.sh DIRECTORY MIGRATION
set -e
umask 077
mkdir -p -- "${1%/*}"
if ! mkdir -- "$1"; then
  [ -d "$1" ] || exit 1
  owner=$(cat -- "$1/migration" 2>/dev/null) || true
  [[ $owner == profile-* ]] || exit 17
  [ -d "/proc/${owner#profile-}" ] || echo "it was killed: rm -r $1 clears it up" >&2
  exit 18
fi
echo "$2" >"$1/migration"
mkdir -- "$1/images" "$1/work"
mkfifo -m 600 -- "$1/events" "$1/verdict"

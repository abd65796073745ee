#!/bin/bash
# Makes the directory of one migration on the source, and notes in it whose it is. Exits with 18 when a profile has it, with 17 when a
# migration has, and tells on standard output of that one, as far as it says: `migration ID`, `owner WHO`, `age SECONDS`, and `live`
# while somebody stands behind it (hold-lock.sh).
#   make-source-directory.sh DIRECTORY MIGRATION OWNER
set -e
umask 077
tell() {
  [ ! -s "$1/migration" ] || echo "migration $(<"$1/migration")"
  [ -s "$1/owner" ] || return 0
  local age=$(($(date +%s) - $(stat -c %Y -- "$1/owner")))
  printf 'owner %s\nage %s\n' "$(<"$1/owner")" "$age"
  # Who has just made it may not hold it yet.
  if [ "$age" -lt 30 ] || ! flock -n -- "$1/owner" true; then echo live; fi
}
mkdir -p -- "${1%/*}"
if ! mkdir -- "$1"; then
  [ -d "$1" ] || exit 1
  holder=$(cat -- "$1/migration" 2>/dev/null) || true
  [[ $holder == profile-* ]] || { tell "$1"; exit 17; }
  [ -d "/proc/${holder#profile-}" ] || echo "it was killed: rm -r $1 clears it up" >&2
  exit 18
fi
echo "$2" >"$1/migration"
echo "$3" >"$1/owner"
mkdir -- "$1/images" "$1/work"
mkfifo -m 600 -- "$1/events" "$1/verdict"

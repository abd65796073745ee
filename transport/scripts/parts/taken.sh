# shellcheck shell=bash
# Ends the script, because somebody else has the directory: with 18 when that is a profile, with 17 when it is a migration. Tells of it on
# standard error, as far as it says: `migration ID`, `owner WHO`, `age SECONDS`, and `live` while somebody stands behind it
# (hold-lock.sh); of a profile that was killed, what clears it up.
exit_taken() { # DIRECTORY
  local holder='' age
  [ ! -s "$1/migration" ] || holder=$(<"$1/migration")
  if [[ $holder == profile-* ]]; then
    [ -d "/proc/${holder#profile-}" ] || echo "it was killed: rm -r $1 clears it up" >&2
    exit 18
  fi
  if [ -n "$holder" ] && [ -s "$1/owner" ]; then
    age=$(($(date +%s) - $(stat -c %Y -- "$1/owner")))
    printf 'migration %s\nowner %s\nage %s\n' "$holder" "$(<"$1/owner")" "$age" >&2
    # Who has just made it may not hold it yet.
    if [ "$age" -lt 30 ] || ! flock -n -- "$1/owner" true; then echo live >&2; fi
  fi
  exit 17
}

# shellcheck shell=bash
# Ends the script, because somebody else has the directory: with 18 when that is a profile, with 17 when it is a migration. Tells of it on
# standard error, as far as it says: `migration ID`, `owner WHO`, `age SECONDS`, and `live` while somebody stands behind it
# (hold-lock.sh); of a profile that was killed, what clears it up.
exit_taken() { # DIRECTORY
  local directory=$1 holder='' age
  [ ! -s "$directory/migration" ] || holder=$(<"$directory/migration")
  if [[ $holder == profile-* ]]; then
    [ -d "/proc/${holder#profile-}" ] || echo "it was killed: rm -r $directory clears it up" >&2
    exit 18
  fi
  if [ -n "$holder" ] && [ -s "$directory/owner" ]; then
    age=$(($(date +%s) - $(stat -c %Y -- "$directory/owner")))
    printf 'migration %s\nowner %s\nage %s\n' "$holder" "$(<"$directory/owner")" "$age" >&2
    # Who has just made it may not hold it yet.
    if [ "$age" -lt 30 ] || ! flock -n -- "$directory/owner" true; then echo live >&2; fi
  fi
  exit 17
}

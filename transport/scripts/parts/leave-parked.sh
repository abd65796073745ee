# shellcheck shell=bash
# Takes away the directory of what is parked, and the one it lies in, where nothing is in them any more: migrations may have all they make
# elsewhere.
leave_parked() { # PARKED
  rmdir --ignore-fail-on-non-empty -- "$1" "${1%/*}" 2>/dev/null
}

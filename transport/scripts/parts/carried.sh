# shellcheck shell=bash
# Prints what the ssh connection to the destination has carried there, in bytes and as it was on the wire, headers left out.
print_carried() { # MUX PORT
  local master line
  master=$(ssh -F none -S "$1" -O check -- destination 2>&1)
  [[ $master =~ pid=([0-9]+) ]] || return
  master=${BASH_REMATCH[1]}
  # What belongs to a socket follows on the line after the one that says whose it is.
  ss -Htnpi dport = ":$2" | {
    while read -r line; do
      [[ $line == *"pid=$master,"* ]] || continue
      read -r line
      [[ $line =~ bytes_acked:([0-9]+) ]] && echo "carried ${BASH_REMATCH[1]}" && return
    done
    return 1
  }
}

# shellcheck shell=bash
# A log without the room that earlier moves have left in it: a record begins with no space, so what stands before one, or at the end,
# is such room.
without_room() { # FILE
  LC_ALL=C sed 's/^ *//' -- "$1"
}

#!/bin/bash
# Sends nothing of meaning over the open ssh connection, which does not compress, to see how much of it gets over.
#   measure-link.sh MUX PORT DESTINATION
# MUX: its control socket. PORT: sshd's there.
# Prints `rate BYTES` (a second), and `carried BYTES`: what the connection has carried until then.
. parts/carried.sh
set -u
coproc far { exec ssh -F none -S "$1" -o ProxyCommand=false -o BatchMode=yes -- "$3" measure; }
exec {to}>&"${far[1]}" {from}<&"${far[0]}"
send() { # BYTES: until the far end has them
  local begun=${EPOCHREALTIME/[.,]/} answer=''
  echo "$1" >&"$to"
  head -c "$1" /dev/zero >&"$to"
  read -r -t 30 answer <&"$from"
  took=$((${EPOCHREALTIME/[.,]/} - begun))
  [ "$answer" = "$1" ]
}
# What an answer takes by itself; the first one waits for processes to start.
send 1 && send 1 || exit 1
idle=$took
# More and more, until it takes long enough to tell.
for ((size = 256 * 1024; size <= 16 * 1024 * 1024; size *= 4)); do
  send "$size" || exit 1
  ((took - idle < 250000)) || break
done
((size <= 16 * 1024 * 1024)) || size=$((size / 4))
echo "rate $((size * 1000000 / (took > idle ? took - idle : 1)))"
print_carried "$1" "$2"

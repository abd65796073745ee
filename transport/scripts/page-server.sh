#!/bin/bash
# Supervises one criu page-server.
#   page-server.sh DIRECTORY PARENT ADDRESS PORT OPTION...
# PARENT is relative to DIRECTORY, or empty. OPTION: criu's.
# Prints `listening`, about once a second `received BYTES`, and at the end `exit CODE`.
# The end of input stops the server: a page-server that no criu connects to would wait for ever.
set -u
# What it holds is the container's memory: should it ever crash, nothing of that is to be written anywhere.
ulimit -S -c 0
directory=$1 parent=$2 address=$3 port=$4
shift 4
[ -d "$directory" ] || mkdir -m 700 -- "$directory" || exit 1

arguments=(page-server -D "$directory" --address "$address" --port "$port" -o page-server.log -v2 --status-fd 1 "$@")
[ -z "$parent" ] || arguments+=(--prev-images-dir "$parent")
# criu writes one NUL byte to the status descriptor when it listens.
exec {status}< <(exec criu "${arguments[@]}" </dev/null)
server=$!
trap 'kill "$server" 2>/dev/null' TERM HUP INT
{ while read -r _; do :; done; kill "$server" 2>/dev/null; } <&0 &
stopper=$!
if read -r -d '' -u "$status"; then echo listening; fi
{
  # Not `sleep`: it would outlive the watcher and hold the output open, and whoever reads it would wait for its end.
  exec {never}<> <(:)
  until read -r -t 1 -u "$never"; do
    total=0
    while read -r size; do total=$((total + size)); done < <(stat -c %s -- "$directory"/pages-*.img 2>/dev/null)
    echo "received $total"
  done
} </dev/null 2>/dev/null &
watcher=$!
wait "$server"
code=$?
kill "$watcher" "$stopper" 2>/dev/null
# What it says last must not come after what is true last.
wait "$watcher" 2>/dev/null
total=0
while read -r size; do total=$((total + size)); done < <(stat -c %s -- "$directory"/pages-*.img 2>/dev/null)
echo "received $total"
# Little by little: all at once would be a part of the downtime.
[ "$code" != 0 ] || [ ! -e "${directory%/images/*}/on-disk" ] || sync -- "$directory"/*.img || code=1
echo "exit $code"

#!/bin/bash
# Takes back what a migration made on the destination. Everything in it may have happened already.
#   discard-destination.sh DIRECTORY [MOUNTED]
# MOUNTED: where the root filesystem was mounted.
. parts/process-stat.sh
directory=$1 mounted=${2:-}
# The receiving end of the link, should the link have died without its knowing. Known by pid and start time.
fields=()
if read -r pid start 2>/dev/null <"$directory/receiver" && read_stat "$pid" && [ "${fields[19]}" = "$start" ]; then
  kill "$pid"
fi
[ -z "$mounted" ] || umount -q -- "$mounted" 2>/dev/null
[ ! -s "$directory/made" ] || xargs -0 rm -rf --one-file-system -- <"$directory/made"

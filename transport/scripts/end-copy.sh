#!/bin/bash
# Ends a copy that neither runs nor can any more, because the criu that made it is gone; with its first process goes all that is in
# its pid namespace. Known by number and start time: nothing else is ended. Without one there is nothing to do.
#   end-copy.sh DIRECTORY
. parts/process-stat.sh
directory=$1
{ read -r pid start <"$directory/copy"; } 2>/dev/null || exit 0
[[ $pid == [1-9]* ]] || exit 0
fields=()
alive() { read_stat "$pid" && [ "${fields[19]}" = "$start" ] && [[ ${fields[0]} != [ZX] ]]; }
alive || exit 0
kill -9 "$pid"
for ((look = 0; look < 100; look += 1)); do
  alive || exit 0
  sleep 0.1
done
echo "process $pid of the copy does not end" >&2
exit 1

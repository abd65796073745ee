#!/bin/bash
# Kills the criu that has a container in its hold and does not let go.
#   end-dump.sh PID
# PID: the container's first process.
. parts/end-dump.sh
end_dump "$1" || { echo "nothing that is criu traces process $1" >&2; exit 1; }

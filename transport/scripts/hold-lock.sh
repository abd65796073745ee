#!/bin/bash
# Shows that somebody stands behind a migration, and keeps every other migration from the container, wherever that one has
# its images: by locks that end with this process, whatever ends it.
#   hold-lock.sh DIRECTORY CGROUP
# CGROUP: the container's directory, or empty.
# Prints `held`, or exits with 17 when somebody else holds one of them. Ends with its input, after PRECOPY_SILENCE (or 60)
# seconds without a line, and with the directory.
set -u
directory=$1 cgroup=$2
exec 8<"$directory/owner" || exit 1
flock -n 8 || exit 17
# With cgroup v1 there is no one directory: only that of the migration is locked.
if [ -d "$cgroup" ]; then
  exec 9<"$cgroup" || exit 1
  flock -n 9 || exit 17
fi
echo held
while [ -e "$directory/owner" ] && read -r -t "${PRECOPY_SILENCE:-60}" _; do :; done

#!/bin/bash
# Makes a migration's directory on the destination forget a restore of which nothing is left, so that there can be another one.
# The images stay.
#   forget-restore.sh DIRECTORY
directory=$1
[ -e "$directory/images/final/inventory.img" ] || { echo 'there are no images of the last dump' >&2; exit 1; }
# A criu that was killed leaves cgroups mounted in its work directory: those are the host's.
mounts=()
while read -r _ _ _ _ target _; do [[ $target != "$directory"/* ]] || mounts=("$target" "${mounts[@]}"); done </proc/self/mountinfo
for target in "${mounts[@]}"; do umount -- "$target" 2>/dev/null || umount -l -- "$target" || exit; done
rm -rf --one-file-system -- "$directory"/{claimed,prepared,resumed,started,copy} "$directory/work/restore" &&
  mkdir -- "$directory/work/restore"

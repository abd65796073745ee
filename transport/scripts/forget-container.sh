#!/bin/bash
# Makes runc forget a container of which no process is left, whatever a runc that was killed has left of it.
#   forget-container.sh ROOT ID                       (ROOT: runc's --root)
# Its root filesystem may still be mounted where runc keeps its state, which runc removes with all that is in it: unmounted first.
directory=$1/$2
mounts=()
while read -r _ _ _ _ target _; do [[ $target != "$directory"/* ]] || mounts=("$target" "${mounts[@]}"); done </proc/self/mountinfo
for target in "${mounts[@]}"; do umount -- "$target" 2>/dev/null || umount -l -- "$target" || exit; done
runc --root "$1" delete --force -- "$2" >/dev/null 2>&1
[ ! -e "$directory" ] || { echo "runc does not forget $2" >&2; exit 1; }

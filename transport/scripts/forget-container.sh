#!/bin/bash
# Makes runc forget a container of which no process is left, whatever a runc that was killed has left of it.
#   forget-container.sh ROOT ID
# ROOT: runc's --root.
# Its root filesystem may still be mounted where runc keeps its state, which runc removes with all that is in it.
. parts/unmount-below.sh
unmount_below "$1/$2" || exit
runc --root "$1" delete --force -- "$2" >/dev/null 2>&1
[ ! -e "$1/$2" ] || { echo "runc does not forget $2" >&2; exit 1; }

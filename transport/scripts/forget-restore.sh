#!/bin/bash
# Makes a migration's directory on the destination forget a restore of which nothing is left, so that there can be another one.
# The images stay.
#   forget-restore.sh DIRECTORY
. parts/unmount-below.sh
directory=$1
[ -e "$directory/images/final/inventory.img" ] || { echo 'there are no images of the last dump' >&2; exit 1; }
unmount_below "$directory" &&
  rm -rf --one-file-system -- "$directory"/{claimed,prepared,resumed,started,copy,asker,listener} "$directory/work/restore" &&
  mkdir -- "$directory/work/restore"

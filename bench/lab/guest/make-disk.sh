#!/bin/sh
# Makes an ext4 disk out of a tar archive on standard input, without mounting anything.
# Usage: make-disk.sh MEBIBYTES < ARCHIVE 3<> DISK
set -eu
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' INT TERM
# The kernel itself fills /dev; not everybody may make devices.
tar -C "$tree" --numeric-owner --exclude './dev/*' -x
# No journal: nobody needs the disk after a crash of the machine under it. Initialised at once, so that the host has no
# background writes to do later.
# With its journal: hosts lose their power in tests, and what was synced has to be there afterwards.
mke2fs -q -t ext4 -L lab -E lazy_itable_init=0,root_owner=0:0 -d "$tree" /proc/self/fd/3 "$1M"

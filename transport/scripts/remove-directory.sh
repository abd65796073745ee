#!/bin/bash
# Removes the directory of one migration, and the one it lies in when that is ours and empty.
# One that has been made since by another migration stays.
#   remove-directory.sh DIRECTORY MIGRATION
if [ -e "$1/migration" ] && [ "$(<"$1/migration")" != "$2" ]; then exit 0; fi
# A criu that was killed leaves cgroups mounted in its work directory: those are the host's.
mounts=()
while read -r _ _ _ _ target _; do [[ $target != "$1"/* ]] || mounts=("$target" "${mounts[@]}"); done </proc/self/mountinfo
for target in "${mounts[@]}"; do umount -- "$target" 2>/dev/null || umount -l -- "$target" || exit; done
rm -rf --one-file-system -- "$1" || exit
case ${1%/*} in */precopy) rmdir --ignore-fail-on-non-empty -- "${1%/*}" 2>/dev/null ;; esac
true

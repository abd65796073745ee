# shellcheck shell=bash
# Unmounts all that is mounted in a directory, which is to be removed with all that is in it: a criu or a runc that was killed leaves
# there what is the host's, or the container's.
unmount_below() { # DIRECTORY
  local mounts=() target directory
  # The kernel names what is mounted by where it really is, as /run, where Docker says /var/run.
  directory=$(realpath -m -- "$1") || return
  while read -r _ _ _ _ target _; do
    [[ $target != "$directory"/* ]] || mounts=("$target" "${mounts[@]}")
  done </proc/self/mountinfo
  for target in "${mounts[@]}"; do
    umount -- "$target" 2>/dev/null || umount -l -- "$target" || return
  done
}

#!/bin/bash
# Compresses some of a container's memory, as ssh would, while the container runs on.
#   sample-memory.sh PID CGROUP
# CGROUP: the path of the container's cgroup, or empty.
# Prints three lines: bytes compressed, bytes they became, and the milliseconds that took; nothing where no memory can be
# read. What is read of the memory is not written anywhere.
set -u
# bash can neither read at an offset nor hold bytes that are zero.
program=$(<sample-memory.pl)
pids=("$1")
[ -z "$2" ] || [ "$2" = / ] || mapfile -t pids < <(find "/sys/fs/cgroup$2" -name cgroup.procs -exec cat {} +)
exec perl -e "$program" precopy-sample "${pids[@]}"

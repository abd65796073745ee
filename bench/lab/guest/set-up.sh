#!/bin/sh
# Runs inside the new system, after its files came in: what has to be done there rather than copied in.
set -eu

# Each host has a key of its own, see lab-init.
rm -f /etc/ssh/ssh_host_*
: > /etc/machine-id

cd "$(dirname "$0")"
sh ./container-rootfs.sh
sh ./container-image.sh precopy-lab rootfs
sh ./container-image.sh precopy-lab-postgresql rootfs postgresql

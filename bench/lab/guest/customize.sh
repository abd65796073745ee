#!/bin/sh
# mmdebstrap's customize hook: turns the fresh root given as $1 into a lab guest.
# LAB_GUEST: folder of this script; LAB_BIN: compiled workloads; LAB_KEY: public key let in as root.
set -eu
root=$1

install -m 755 "$LAB_GUEST/lab-init" "$LAB_GUEST/lab-ready" "$root/"
install -m 644 "$LAB_GUEST/inittab" "$root/etc/inittab"
install -m 644 "$LAB_GUEST/sshd_config" "$root/etc/ssh/sshd_config"
install -d -m 700 "$root/root/.ssh"
install -m 600 "$LAB_KEY" "$root/root/.ssh/authorized_keys"
printf '127.0.0.1 localhost\n10.77.0.1 a\n10.77.0.2 b\n' > "$root/etc/hosts"
: > "$root/etc/machine-id"

install -d "$root/opt/precopy-lab/bin"
install -m 755 "$LAB_BIN"/* "$root/opt/precopy-lab/bin/"
chroot "$root" sh -s < "$LAB_GUEST/container-rootfs.sh"

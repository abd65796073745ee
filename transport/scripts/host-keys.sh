#!/bin/bash
# Prints the public half of every host key that this host's sshd uses. From OpenSSH 10.4 on `sshd -T` writes `HostKey`.
#   host-keys.sh
sshd -T 2>/dev/null | sed -n 's/^hostkey //Ip' | while read -r key; do
  if [ -r "$key.pub" ]; then cat -- "$key.pub"; else ssh-keygen -y -f "$key" </dev/null; fi
done

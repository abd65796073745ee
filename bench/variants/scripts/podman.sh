#!/bin/bash
# Podman's one round ahead (it has no more), then the rest; both as archives, not compressed.
. common.sh
podman() { command podman --cgroup-manager cgroupfs --events-backend file --runtime runc "$@"; }
part prepare
podman container checkpoint --pre-checkpoint --compress none --export "$images/before.tar" "$container" >/dev/null
to_b -a "$images/before.tar" "$images/"
part dump
podman container checkpoint --with-previous --compress none --export "$images/rest.tar" "$container" >/dev/null
part transfer
to_b -a "$images/rest.tar" "$images/"
part restore
on_b "podman --cgroup-manager cgroupfs --events-backend file --runtime runc container restore \
--import-previous $images/before.tar --import $images/rest.tar >/dev/null"
part end

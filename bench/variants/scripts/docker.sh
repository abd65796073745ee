#!/bin/bash
# Docker's own commands, as they are scripted around the web: its checkpoint, its image by save and load, the checkpoint copied into
# a container made anew.
. common.sh
checkpoints() { echo "/var/lib/docker/containers/$1/checkpoints"; }
port=$1
shift
part dump
docker checkpoint create "$container" moved >/dev/null
part file sync
docker commit "$container" moved:latest >/dev/null
# shellcheck disable=SC2086
docker save moved:latest | ssh $key b docker load -q >/dev/null
part transfer
from=$(docker inspect -f '{{.Id}}' "$container")
to=$(on_b docker create --name "$container" -p "$port:$port" moved:latest "$(printf '%q ' "$@")")
to_b -a "$(checkpoints "$from")/moved" "$(checkpoints "$to")/"
part restore
on_b docker start --checkpoint moved "$container" >/dev/null
part end

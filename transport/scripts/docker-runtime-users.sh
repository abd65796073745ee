#!/bin/bash
# Prints the names of the containers that were created with an OCI runtime; fails when Docker does not tell in time, which
# it does not while one of them is being restored.
#   docker-runtime-users.sh RUNTIME
set -o pipefail
ids=$(docker ps --all --quiet --no-trunc) || exit 1
[ -n "$ids" ] || exit 0
mapfile -t ids <<<"$ids"
used=$(timeout 60 docker inspect --type container --format '{{.HostConfig.Runtime}} {{.Name}}' -- "${ids[@]}")
[ $? -ne 124 ] || { echo 'Docker does not tell about its containers: is a migration under way?' >&2; exit 1; }
sed -n "s|^$1 /||p" <<<"$used"

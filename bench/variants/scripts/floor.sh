#!/bin/bash
# criu alone: rounds to memory of the same host, the last dump, and the restore at once. Nothing is sent.
. common.sh
part prepare
mkdir -p "$images/restore"
parent=
for round in 0 1 2; do
  runc checkpoint --pre-dump --image-path "$images/$round" --work-path "$images/work-$round" \
    ${parent:+--parent-path "../$parent"} "$container"
  parent=$round
done
part dump
runc checkpoint --image-path "$images/final" --work-path "$images/work-final" --parent-path "../$parent" "$container"
part restore
sh -c "$(restore_command)"
part end

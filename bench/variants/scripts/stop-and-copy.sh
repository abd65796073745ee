#!/bin/bash
# Stop, copy everything, start: the container stands still for all of it.
. common.sh
part prepare
on_b "mkdir -p $bundle $images/restore"
to_b -aHAX --delete "$bundle/" "$bundle/"
part dump
runc checkpoint --image-path "$images/final" --work-path "$images/work" "$container"
part transfer
to_b -a "$images/final" "$images/"
part file sync
to_b -aHAX --delete "$bundle/" "$bundle/"
part restore
on_b "$(restore_command)"
part end

#!/bin/bash
# Stop, copy everything, start: the container stands still for all of it.
. common.sh
part prepare
on_b "mkdir -p $bundle $images/restore"
to_b -aHAX --delete "$bundle/" "$bundle/"
part dump
runc checkpoint --image-path "$images/final" --work-path "$images/work" "$container"
go_on_at_b

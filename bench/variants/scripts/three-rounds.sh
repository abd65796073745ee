#!/bin/bash
# Pre-copy by hand: three rounds to a page-server, then the last dump.
. common.sh
port=27700
page_server() { # IMAGES [PARENT]
  on_b "mkdir -p $images/$1 $images/restore && criu page-server --daemon --images-dir $images/$1 ${2:+--prev-images-dir ../$2} \
--address 10.77.0.2 --port $port --log-file page-server.log </dev/null >/dev/null 2>&1"
}
dump() { # IMAGES PARENT OPTION...
  runc checkpoint --image-path "$images/$1" --work-path "$images/work-$1" ${2:+--parent-path ../$2} \
    --page-server "10.77.0.2:$port" "${@:3}" "$container"
}
part prepare
on_b "mkdir -p $bundle"
to_b -aHAX --delete "$bundle/" "$bundle/"
parent=
for round in 0 1 2; do
  part rounds
  page_server "$round" "$parent"
  dump "$round" "$parent" --pre-dump
  parent=$round
done
page_server final "$parent"
part dump
dump final "$parent"
# What the page-server has written there stays.
go_on_at_b

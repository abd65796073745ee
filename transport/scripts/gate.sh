#!/bin/bash
# All that a migration's key is good for on the destination. sshd calls this, whatever the source asks for, and tells that in
# SSH_ORIGINAL_COMMAND: one of the words here, or refused. Nothing of it is ever evaluated.
set -u
. parts/process-stat.sh
directory=${0%/*}
case ${SSH_ORIGINAL_COMMAND:-} in
  # Its configuration names the directories that files may go to.
  'rsync --server --daemon .') exec rsync --server --daemon --config="$directory/rsyncd.conf" . ;;
  hand-over) exec bash "$directory/hand-over.sh" ;;
  'hand-over resume') exec bash "$directory/hand-over.sh" resume ;;
  receive-images)
    # Which process serves the connection: with a dead link nobody else could end it.
    fields=()
    read_stat "$PPID"
    echo "$PPID ${fields[19]}" >"$directory/receiver"
    echo ready
    exec tar -C "$directory/images/final" -xf -
    ;;
  load-image) exec docker load --quiet ;;
  whence) echo "${SSH_CONNECTION%% *}" ;;
  *)
    echo 'precopy: the key of a migration is good for nothing else' >&2
    exit 126
    ;;
esac

#!/bin/bash
# All that a migration's key is good for on the destination. sshd calls this, whatever the source asks for, and tells that in
# SSH_ORIGINAL_COMMAND: one of the words here, or refused. Nothing of it is ever evaluated.
#   gate.sh
set -u
. parts/process-stat.sh
directory=${0%/*}

# Once in a migration, and to where nobody else writes. tar follows no link that it has made itself; those that an earlier one has
# left it would follow, and so would a page-server. What has come is put in its place whole, files only, and then no more comes.
receive_images() {
  local file files
  umask 077
  mkdir -- "$directory/incoming" 2>/dev/null || { echo 'precopy: images come once' >&2; exit 126; }
  echo ready
  # The link to the round before is there already, from this host.
  tar -C "$directory/incoming" --no-same-owner --no-same-permissions --no-overwrite-dir --exclude=./parent -xf - || exit
  shopt -s dotglob nullglob
  cd -- "$directory/incoming" || exit
  files=(*)
  for file in "${files[@]}"; do
    # And none that a page-server has written.
    [ -f "$file" ] && [ ! -L "$file" ] && [ ! -e "$directory/images/final/$file" ] ||
      { echo "precopy: no image: ${file@Q}" >&2; exit 126; }
  done
  [ "${#files[@]}" = 0 ] || mv -t "$directory/images/final" -- "${files[@]}" || exit
  : >"$directory/received"
}

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
    receive_images
    ;;
  load-image) exec docker load --quiet ;;
  measure)
    # So many bytes, and they are here.
    while read -r size && [[ $size =~ ^[0-9]{1,8}$ ]]; do head -c "$size" >/dev/null && echo "$size"; done
    ;;
  whence) echo "${SSH_CONNECTION%% *}" ;;
  *)
    echo 'precopy: the key of a migration is good for nothing else' >&2
    exit 126
    ;;
esac

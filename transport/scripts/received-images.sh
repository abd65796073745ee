#!/bin/bash
# Tells what lies below a migration's directory of images, and sends the content of all of it but memory and large files; fails
# where more may still come (gate.sh). What that needs is started before it is asked for.
#   received-images.sh DIRECTORY CONFIG MOST      (MOST: bytes; larger files are read by parts, when they are)
# Prints `ready`, takes `send`. Prints lines of base64: path, kind, size, link target and number of names of each, NUL after every
# one and after all of them; the contents, in the order of their paths; what the container will be restored with. Then `sent`. Takes
# `verified`, and prints `noted`: from then on it may be restored. The end of input calls it off.
set -u -o pipefail
directory=$1 config=$2 most=$3
cd -- "$directory/images" || exit 1
export LC_ALL=C
echo ready
{
  exec {names}> >(sort -z | xargs -0 -r cat --)
  contents=$!
  read -r word && [ "$word" = send ] || exit 2
  [ -e "$directory/received" ] || { echo 'the images of the last dump have not all come' >&2; exit 1; }
  find . -mindepth 1 -printf '%P\0%y\0%s\0%l\0%n\0' \
    -type f -links 1 ! -name 'pages-*' -size -"$((most + 1))"c -fprint0 "/dev/fd/$names" || exit 1
  printf '\0'
  exec {names}>&-
  wait "$contents" && printf %s "$(<"$config")"
} | base64 -w 65536 || exit
echo sent
read -r word && [ "$word" = verified ] && : >"$directory/verified" && echo noted

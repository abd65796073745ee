#!/bin/bash
# Tells what lies below a migration's directory of images, and sends the content of all of it but memory and large files; fails
# where more may still come (gate.sh).
#   received-images.sh DIRECTORY CONFIG MOST      (MOST: bytes; larger files are read by parts, when they are)
# Three lines in base64: path, kind, size, link target and number of names of each, NUL after every one; the contents, in the
# order of their paths; what the container will be restored with.
[ -e "$1/received" ] || { echo 'the images of the last dump have not all come' >&2; exit 1; }
cd -- "$1/images" || exit 1
LC_ALL=C
export LC_ALL
find . -mindepth 1 -printf '%P\0%y\0%s\0%l\0%n\0' | base64 -w 0
echo
find . -type f ! -name 'pages-*' -size -"$(($3 + 1))"c -print0 | sort -z | xargs -0 -r cat -- | base64 -w 0
echo
base64 -w 0 -- "$2"

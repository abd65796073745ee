#!/bin/bash
# Tells what lies below a directory of images, and sends the content of all of it but memory and large files.
#   received-images.sh DIRECTORY MOST             (MOST: bytes; larger files are read by parts, when they are)
# Two lines in base64: path, kind, size and link target of each, NUL after every one; then the contents, in the order of
# their paths.
cd -- "$1" || exit 1
LC_ALL=C
export LC_ALL
find . -mindepth 1 -printf '%P\0%y\0%s\0%l\0' | base64 -w 0
echo
find . -type f ! -name 'pages-*' -size -"$(($2 + 1))"c -print0 | sort -z | xargs -0 -r cat -- | base64 -w 0
echo

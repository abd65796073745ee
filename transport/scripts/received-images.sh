#!/bin/bash
# Lists what lies below a migration's directory of images, and sends the content of some directories there, without memory and large
# files. The last dump is sent only when all of it has come (gate.sh). What that needs is started before it is asked for.
#   received-images.sh DIRECTORY CONFIG MOST
# MOST: bytes. Larger files are read by parts, when they are.
# Prints `ready`, takes `send NAME...`, names of directories of images, or `*`. Prints lines of base64: path, kind, size, link target, number of
# names and version of each, NUL after every one and after all of them; the contents, in the order of their paths; what the container will
# be restored with. Then `sent`. Takes `verified`, and prints `noted`: from then on it may be restored. The end of input calls it off.
set -u -o pipefail
directory=$1 config=$2 most=$3
cd -- "$directory/images" || exit 1
export LC_ALL=C
echo ready
{
  exec {names}> >(sort -z | xargs -0 -r cat --)
  contents=$!
  asked=('')
  until [ "${asked[0]:-}" = send ]; do read -r -a asked || exit 2; done
  wanted=(-false)
  for name in "${asked[@]:1}"; do
    if [[ $name = final || $name = '*' ]] && [ ! -e "$directory/received" ]; then
      echo 'the images of the last dump have not all come' >&2
      exit 1
    fi
    wanted+=(-o -path "./$name/*")
  done
  # With what changes when the file does: the time of its last change, and its number.
  find . -mindepth 1 -printf '%P\0%y\0%s\0%l\0%n\0%C@:%i\0' -type f -links 1 ! -name 'pages-*' \
    -size -"$((most + 1))"c \( "${wanted[@]}" \) -fprint0 "/dev/fd/$names" || exit 1
  printf '\0'
  exec {names}>&-
  wait "$contents" && printf %s "$(<"$config")"
} | base64 -w 65536 || exit
echo sent
word=''
until [ "$word" = verified ]; do read -r word || exit 1; done
: >"$directory/verified" && echo noted

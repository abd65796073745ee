#!/bin/bash
# Ships a directory over an ssh connection that is open, with everything started before it is asked to.
#   ship-images.sh DIRECTORY MUX DESTINATION
# Prints `ready`, takes `ship`, prints tar's totals on standard error and `exit CODE`. The end of input calls it off.
set -u
exec {images}> >(exec ssh -F none -S "$2" -o ProxyCommand=false -o BatchMode=yes -- "$3" receive-images)
ssh=$!
{
  word=''
  until [ "$word" = ship ]; do read -r word || exit 1; done
  tar -C "$1" --totals -cSf - . >&"$images"
} <&0 &
shipper=$!
exec {images}>&-
# ssh ends once it has all it was sent. When it ends otherwise, nobody may wait for `ship`.
wait "$ssh"
code=$?
if [ "$code" = 0 ]; then
  wait "$shipper"
  code=$?
else
  kill "$shipper" 2>/dev/null
fi
echo "exit $code"

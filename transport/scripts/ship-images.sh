#!/bin/bash
# Ships a directory over an ssh connection that is open, with everything started before it is asked to.
#   ship-images.sh DIRECTORY MUX DESTINATION REMOTE_DIRECTORY
# Prints `ready`, takes `ship`, prints tar's totals on standard error and `exit CODE`. The end of input calls it off.
set -uo pipefail
{ read -r word && [ "$word" = ship ] && tar -C "$1" --totals -cSf - .; } |
  ssh -S "$2" -- "$3" "echo ready; exec tar -C '$4' -xf -"
echo "exit $?"

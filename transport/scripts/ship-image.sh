#!/bin/bash
# Brings a Docker image from this host to another one, over a shared ssh connection, less its lowest layers.
#   ship-image.sh MUX DESTINATION IMAGE PRESENT      (PRESENT: how many layers are there already)
# Prints the bytes sent. `docker load` takes a layer it has from its own store, so the archive need not hold it.
set -o pipefail
mux=$1 destination=$2 image=$3 present=$4
layers=()
if [ "$present" -gt 0 ]; then
  # Where each layer lies in the archive, lowest first, says its manifest, which comes last.
  manifest=$(docker save -- "$image" | tar -xO -f - manifest.json) || exit 1
  [[ $manifest =~ \"Layers\":[[:space:]]*\[([^]]*)\] ]] || { echo 'the archive has no list of layers' >&2; exit 1; }
  IFS=, read -r -a layers <<<"${BASH_REMATCH[1]//[\"[:space:]]/}"
  layers=("${layers[@]:0:present}")
fi
less() { if [ "${#layers[@]}" -gt 0 ]; then tar --delete -f - -- "${layers[@]}"; else cat; fi; }
{
  docker save -- "$image" | less | tee >(wc -c >&3) |
    ssh -F none -S "$mux" -o ProxyCommand=false -o BatchMode=yes -- "$destination" docker load --quiet >&2
} 3>&1

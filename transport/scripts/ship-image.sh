#!/bin/bash
# Brings a Docker image from this host to another one, over a shared ssh connection, less its lowest layers.
#   ship-image.sh MUX DESTINATION IMAGE PRESENT
# PRESENT: how many layers are there already.
# Prints dd's words on how much was sent. `docker load` takes a layer it has from its own store, so the archive need not hold it.
# The end of input, or a signal, calls it off.
set -m -o pipefail
mux=$1 destination=$2 image=$3 present=$4
leave=()
if [ "$present" -gt 0 ]; then
  # Where each layer lies in the archive, lowest first, says its manifest, which comes last.
  manifest=$(docker save -- "$image" | tar -xO -f - manifest.json) || exit 1
  [[ $manifest =~ \"Layers\":[[:space:]]*\[([^]]*)\] ]] || { echo 'the archive has no list of layers' >&2; exit 1; }
  IFS=, read -r -a layers <<<"${BASH_REMATCH[1]//[\"[:space:]]/}"
  digests=$(docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' -- "$image") || exit 1
  mapfile -t digests <<<"$digests"
  for ((i = 0; i < present; i++)); do
    # The same content may be a layer once more, further up, and is needed for that.
    [[ " ${digests[*]:present} " != *" ${digests[i]} "* ]] || continue
    # A compressed one, as in containerd's store, Docker does not know by what is in it.
    [[ ${layers[i]} = */layer.tar || ${layers[i]} = "blobs/sha256/${digests[i]#sha256:}" ]] || continue
    leave+=("${layers[i]}")
  done
fi
remaining() { if [ "${#leave[@]}" -gt 0 ]; then tar --delete -f - -- "${leave[@]}"; else cat; fi; }
exec {told}>&1
docker save -- "$image" | remaining | dd bs=1M 2>&"$told" |
  ssh -F none -S "$mux" -o ProxyCommand=false -o BatchMode=yes -- "$destination" load-image >&2 &
last=$!
shipment=$(jobs -p %+)
trap 'kill -- "-$shipment"' TERM
{ cat >/dev/null; kill -- "-$shipment"; } <&0 2>/dev/null &
watch=$!
wait "$last"
code=$?
kill -- "-$watch" 2>/dev/null
exit "$code"

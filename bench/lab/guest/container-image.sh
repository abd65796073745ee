#!/bin/sh
# Makes an image for Docker of the containers' trees, as an archive for `docker load`. Made once, it has the same id wherever
# it is loaded, which an import has not.
# Usage: container-image.sh NAME TREE...      (trees of /opt/precopy-lab, each laid over the ones before)
set -eu
name=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tree; do cp -a "/opt/precopy-lab/$tree/." "$work/tree"; done
tar -C "$work/tree" --sort=name --numeric-owner -cf "$work/layer.tar" .
layer=$(sha256sum < "$work/layer.tar" | cut -d ' ' -f 1)
cat > "$work/config.json" << END
{"architecture":"amd64","os":"linux","created":"2023-11-14T22:13:20Z",
"config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},
"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created":"2023-11-14T22:13:20Z"}]}
END
id=$(sha256sum < "$work/config.json" | cut -d ' ' -f 1)
mv "$work/config.json" "$work/$id.json"
printf '[{"Config":"%s.json","RepoTags":["%s:latest"],"Layers":["layer.tar"]}]' "$id" "$name" > "$work/manifest.json"
tar -C "$work" -cf "/opt/precopy-lab/$name.tar" manifest.json "$id.json" layer.tar

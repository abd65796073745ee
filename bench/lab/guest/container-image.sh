#!/bin/sh
# Makes Docker's image `precopy-lab` of the containers' root filesystem, as an archive for `docker load`. Made once, it has
# the same id wherever it is loaded, which an import has not.
set -eu
root=/opt/precopy-lab/rootfs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tar -C "$root" --sort=name --numeric-owner -cf "$work/layer.tar" .
layer=$(sha256sum < "$work/layer.tar" | cut -d ' ' -f 1)
cat > "$work/config.json" << END
{"architecture":"amd64","os":"linux","created":"2023-11-14T22:13:20Z",
"config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},
"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created":"2023-11-14T22:13:20Z"}]}
END
id=$(sha256sum < "$work/config.json" | cut -d ' ' -f 1)
mv "$work/config.json" "$work/$id.json"
printf '[{"Config":"%s.json","RepoTags":["precopy-lab:latest"],"Layers":["layer.tar"]}]' "$id" > "$work/manifest.json"
tar -C "$work" -cf /opt/precopy-lab/image.tar manifest.json "$id.json" layer.tar

#!/bin/sh
# Runs inside the guest's root while the image is built: makes the containers' root filesystem.
set -eu
root=/opt/precopy-lab/rootfs

mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/data" "$root/run" "$root/root"
chmod 1777 "$root/tmp"

cp /usr/bin/busybox "$root/bin/busybox"
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done

cp /usr/bin/redis-server /usr/bin/redis-cli /opt/precopy-lab/bin/page-counter /opt/precopy-lab/bin/dirtier "$root/bin/"
# Libraries keep their paths, which is where the loader looks for them.
ldd /usr/bin/redis-server /usr/bin/redis-cli | grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done

echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
echo 'root:x:0:' > "$root/etc/group"
printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
find "$root" -exec touch -h -d @1700000000 {} +

#!/bin/sh
# Makes the containers' root filesystem. The same one on both hosts, to the times of its files: a migration then has only
# to bring what a container changed.
set -eu
root=/opt/precopy-lab/rootfs

for directory in bin data dev etc proc root run sys tmp; do
  mkdir -p "$root/$directory"
done
chmod 1777 "$root/tmp"

cp /usr/bin/busybox "$root/bin/busybox"
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done

cp /usr/bin/redis-server /usr/bin/redis-cli /usr/sbin/nginx "$root/bin/"
cp /opt/precopy-lab/bin/page-counter /opt/precopy-lab/bin/dirtier /opt/precopy-lab/bin/churn "$root/bin/"
# Libraries keep their paths: that is where the loader looks for them.
ldd /usr/bin/redis-server /usr/bin/redis-cli /usr/sbin/nginx | grep -o '/[^ ]*' | grep -v ':$' | sort -u |
  while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done

printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/sh' > "$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' > "$root/etc/group"
echo '127.0.0.1 localhost' > "$root/etc/hosts"
find "$root" -exec touch -h -d @1700000000 {} +

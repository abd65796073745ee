#!/bin/sh
# Makes the containers' root filesystem, and what is laid over it for PostgreSQL. The same on both hosts, to the times of its
# files: a migration then has only to bring what a container changed.
set -eu
root=/opt/precopy-lab/rootfs

# Libraries keep their paths: that is where the loader looks for them.
copy_libraries() { # TREE PROGRAM...
  tree=$1
  shift
  ldd "$@" | grep -o '/[^ ]*' | grep -v ':$' | sort -u |
    while read -r library; do
      mkdir -p "$tree$(dirname "$library")"
      cp -L "$library" "$tree$library"
    done
}

for directory in bin data dev etc proc root run sys tmp; do
  mkdir -p "$root/$directory"
done
chmod 1777 "$root/tmp"

cp /usr/bin/busybox "$root/bin/busybox"
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done

services='/usr/bin/redis-server /usr/bin/redis-cli /usr/bin/memcached /usr/sbin/nginx'
# shellcheck disable=SC2086
cp $services "$root/bin/"
cp /opt/precopy-lab/bin/page-counter /opt/precopy-lab/bin/dirtier /opt/precopy-lab/bin/churn "$root/bin/"
# shellcheck disable=SC2086
copy_libraries "$root" $services

printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/sh' \
  "postgres:x:$(id -u postgres):$(id -g postgres):postgres:/data/postgresql:/bin/sh" > "$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' "postgres:x:$(id -g postgres):" > "$root/etc/group"
echo '127.0.0.1 localhost' > "$root/etc/hosts"
find "$root" -exec touch -h -d @1700000000 {} +

postgresql=/opt/precopy-lab/postgresql
programs=$(echo /usr/lib/postgresql/*/bin)
shared=$(echo /usr/share/postgresql/*/timezonesets)
mkdir -p "$postgresql/bin" "$postgresql/data" "$postgresql$(dirname "$shared")"
cp "$programs/postgres" "$postgresql/bin/"
cp -r "$shared" "$postgresql$shared"
copy_libraries "$postgresql" "$programs/postgres"
# It does not run as root, nor does it name time zones that it would need files for.
install -d -o postgres -g postgres -m 700 "$postgresql/data/postgresql"
setpriv --reuid=postgres --regid=postgres --clear-groups \
  "$programs/initdb" -D "$postgresql/data/postgresql" --auth=trust --encoding=UTF8 --locale=C --wal-segsize=1 > /dev/null
# The last setting of a name counts.
printf '%s\n' 'timezone = GMT' 'log_timezone = GMT' >> "$postgresql/data/postgresql/postgresql.conf"
# Clients come from outside the container.
echo 'host all all all trust' >> "$postgresql/data/postgresql/pg_hba.conf"
find "$postgresql" -exec touch -h -d @1700000000 {} +

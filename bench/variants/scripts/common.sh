# shellcheck shell=bash
# What the ways by hand have in common; put before each of them. They run on host a and lead to host b, as one would by hand:
# a fresh ssh for each step. `part NAME` tells when a part begins, `part end` ends the last one.
set -eu
container=$1
shift
key='-i /opt/precopy-lab/host-to-host-key -o BatchMode=yes'
bundle=/var/lib/containers/$container
images=/run/bench
part() { echo "part $*"; }
on_b() { # COMMAND
  # shellcheck disable=SC2086
  ssh -n $key b "$@"
}
to_b() { # RSYNC-OPTION... FROM TO
  rsync -e "ssh $key" "${@:1:$#-1}" "b:${!#}"
}
# Established connections are closed where the container goes on: its address does not move along.
make_ready="mkdir -p $images; printf 'tcp-close\nskip-in-flight\n' >/run/bench.conf"
sh -c "$make_ready"
on_b "$make_ready"
export CRIU_CONFIG_FILE=/run/bench.conf
# The container stands still and its images lie here: to the other host with them, its files once more, and it goes on there.
go_on_at_b() {
  part transfer
  to_b -a "$images/final" "$images/"
  part file sync
  to_b -aHAX --delete "$bundle/" "$bundle/"
  part restore
  on_b "$(restore_command)"
  part end
}
restore_command() {
  echo "CRIU_CONFIG_FILE=/run/bench.conf runc restore --detach --image-path $images/final --work-path $images/restore" \
    "--bundle $bundle $container </dev/null >/dev/null 2>$images/restore.err || { cat $images/restore.err >&2; false; }"
}

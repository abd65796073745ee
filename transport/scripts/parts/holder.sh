# shellcheck shell=bash
# The holder of a container whose networks Docker attaches before it starts the container, and so before there are processes to attach them to.
# The holder is a process in a network namespace of its own. containerd takes it for the container's first process: it must live as long as
# the container, and end as the container ends. Therefore the holder itself becomes `runc restore`, in the foreground.
# Uses $parked, $id, $globals, $options, $flags, $state and $config of docker-runtime.sh.

# What the holder does until then. Without a keeper nobody would tell it to restore.
# shellcheck disable=SC2016
holding='
directory=$1
shift
exec 8<>"$directory/go"
# The kernel lets a process see and set those of its own network namespace.
while read -r name value; do
  printf %s "$value" >"/proc/sys/${name//.//}" || { echo "cannot set $name" >"$directory/held"; exit 1; }
done <"$directory/sysctls" 2>/dev/null
echo held >"$directory/held"
until read -r -t 1 -u 8 word; do kill -0 "$(<"$directory/keeper")" || exit 1; done 2>/dev/null
[ "$word" = restore ] || exit 1
# The command stays for as long as the container runs: what it is called with does not name the directory, which goes before.
exec 8<&- 7<"$directory" "$@"
'

# Where cgroup v2 has the cgroup that the configuration names, as cgroupfs (`/docker/ID`) or systemd (`system.slice:docker:ID`) write it.
cgroup_named() {
  [[ $config =~ \"cgroupsPath\":\"([^\"\\]+)\" ]] || return
  local path=${BASH_REMATCH[1]} slice prefix name
  if [[ $path == *:*:* ]]; then
    IFS=: read -r slice prefix name <<<"$path"
    path=/$slice/$prefix-$name.scope
  fi
  [ -f /sys/fs/cgroup/cgroup.controllers ] && echo "/sys/fs/cgroup/${path#/}"
}

# Prints the network's kernel parameters that the configuration asks for, as `NAME VALUE`.
sysctls_named() {
  local pairs
  [[ $config =~ \"sysctl\":\{([^\}]*)\} ]] || return 0
  pairs=${BASH_REMATCH[1]}
  while [[ $pairs =~ \"(net\.[^\"\\]+)\":\"([^\"\\]*)\"(.*) ]]; do
    echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
    pairs=${BASH_REMATCH[3]}
  done
}

# Leaves a holder, and a note of it for `start`.
hold() { # DIRECTORY BUNDLE PID_FILE
  local directory=$1 bundle=$2 held answer cgroup fields
  [[ $config == *'{"type":"network"}'* ]] || fail 'the container has no network namespace of its own'
  [[ $config != *'{"type":"user"}'* ]] || fail 'cannot hold a network namespace for a container in a user namespace'
  rm -f -- "$directory/go" "$directory/held" "$directory/init.pid"
  mkfifo -m 600 -- "$directory/go" "$directory/held" || fail "cannot write to $directory"
  sysctls_named >"$directory/sysctls" || fail "cannot write to $directory"
  exec {held}<>"$directory/held"
  CRIU_CONFIG_FILE=$directory/restore.conf unshare --net -- bash -c "$holding" precopy-holder "$directory" \
    runc "${globals[@]}" restore --file-locks "${flags[@]}" --image-path /proc/self/fd/7/images/final \
    --work-path /proc/self/fd/7/work/restore --bundle "$bundle" --pid-file /proc/self/fd/7/init.pid "${options[@]}" "$id" {held}<&- &
  holder=$!
  read -r -t 10 -u "$held" answer || fail 'cannot make a network namespace'
  [ "$answer" = held ] || fail "$answer in the container's network namespace"
  exec {held}<&-
  # containerd takes the cgroup that the holder is in when `create` ends for the container's, and reads its statistics there.
  ! cgroup=$(cgroup_named) || { mkdir -p -- "$cgroup" && echo "$holder" >"$cgroup/cgroup.procs"; }
  # So that runc has criu restore into this network namespace. runc sets kernel parameters when it creates a container, not when it
  # restores one, and takes the namespace that it runs in itself for the host's, where it allows none.
  sed -i "s#\"sysctl\":{[^}]*},##; s#{\"type\":\"network\"}#{\"type\":\"network\",\"path\":\"/proc/$holder/ns/net\"}#" "$bundle/config.json" ||
    fail "cannot write to $bundle/config.json"
  read_stat "$holder" || fail 'the holder is gone'
  (umask 077 && mkdir -p -- "$parked" && printf '%s\n' "$directory" "$bundle" "$holder ${fields[19]}" >"$parked/$id.held") ||
    fail "cannot write to $parked"
  printf %s "$holder" >"$3" || fail "cannot write to $3"
}

# The holder by pid and start time: a number alone may be another process's by now.
holder_lives() {
  local fields
  read_stat "$holder" && [ "${fields[19]}" = "$since" ] && [ "${fields[0]}" != Z ]
}

# Reads the note, and removes it: a container is started once by it.
take_held() {
  { read -r directory && read -r bundle && read -r holder since; } <"$parked/$id.held"
  rm -f -- "$parked/$id.held"
  leave_parked "$parked"
}

forget_held() {
  local directory bundle since cgroup
  take_held
  ! holder_lives || kill "$holder"
}

# `start`: the container's processes run when it ends well. runc has logged why where they do not.
start_held() {
  local directory bundle since config own never
  take_held
  holder_lives || fail 'the holder is gone'
  config=$(<"$bundle/config.json")
  [ "$(<"$directory/attach")" != parking ] || park "$directory" "$bundle"
  # runc wants the container's cgroup empty.
  while IFS= read -r own; do [[ $own != 0::* ]] || echo "$holder" >"/sys/fs/cgroup${own#0::}/cgroup.procs"; done </proc/self/cgroup
  echo restore >"$directory/go"
  exec {never}<> <(:)
  until [ -s "$directory/init.pid" ]; do
    holder_lives || exit 1
    read -r -t 0.02 -u "$never"
  done
  # The next dump of the container must not take its network namespace for one that Docker will provide, unless it is told so.
  sed -i "s#\"path\":\"/proc/$holder/ns/net\"#\"path\":\"\"#" "$state/$id/state.json"
  exit 0
}

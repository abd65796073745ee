#!/bin/bash
# Proves on a throw-away process that criu on this host does what holding a container rests on, rather than trusting its version.
#   prove-hold.sh ROLE IMAGES_DIRECTORY
# ROLE source: at post-dump the process stands still, and the script's refusal lets it go on. destination: the script's consent ends a dumped
# process; at post-restore it exists again, and the refusal ends it. Prints `ok`, or `failed WHY`; leaves nothing.
set -u
. parts/process-stat.sh
role=$1 base=$2 pid=
command -v criu >/dev/null || { echo 'failed criu is not installed'; exit 0; }
while [ ! -d "$base" ]; do base=$(dirname -- "$base"); done
proof=$(mktemp -d -- "$base/precopy-proof.XXXXXX") || exit 1
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf -- "$proof"' EXIT
fail() {
  local error
  error=$(grep -hm 1 Error "$proof"/*.log 2>/dev/null | cut -c 1-300)
  echo "failed $1${error:+: $error}"
  exit 0
}
fields=()
gone() { ! read_stat "$pid"; }
goes_on() { read_stat "$pid" && [[ ${fields[0]} == [SR] ]]; }
is_sleep() { [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sleep ]; }
soon() { # CONDITION
  for ((look = 0; look < 100; look += 1)); do
    ! "$1" || return 0
    sleep 0.05
  done
  return 1
}
# Has criu ask at that point, answers so, and notes how the process stood when it was asked.
answer() { # POINT CODE
  rm -f -- "$proof/stood"
  cat >"$proof/hold" <<EOF
#!/bin/bash
$(declare -f read_stat)
[ "\$CRTOOLS_SCRIPT_ACTION" = "$1" ] || exit 0
read_stat $pid && echo "\${fields[0]}" >"$proof/stood"
exit $2
EOF
}
run_criu() { # COMMAND OPTION...
  CRIU_CONFIG_FILE=$proof/conf criu "$1" -D "$proof/images" -o "$proof/$1.log" --manage-cgroups=ignore "${@:2}" </dev/null >/dev/null 2>&1
}

mkdir -- "$proof/images"
printf 'action-script %s\nverbosity=1\n' "$proof/hold" >"$proof/conf"
: >"$proof/hold"
chmod 700 "$proof/hold"
cd / || exit 1
setsid sleep 60 </dev/null >/dev/null 2>&1 &
pid=$!
# bash would tell of its end.
disown
# Its own program by now, in a session of its own.
soon is_sleep || fail 'no process could be started to prove it on'

if [ "$role" = source ]; then
  answer post-dump 1
  ! run_criu dump -t "$pid" || fail 'criu took the refusal of its action script for consent'
  # Traced: it takes no step.
  [ "$(cat "$proof/stood" 2>/dev/null)" = t ] || fail 'criu did not hold a process at post-dump'
  soon goes_on || fail 'a process did not go on after the refusal'
else
  answer post-dump 0
  run_criu dump -t "$pid" || fail 'criu could not dump a process'
  # Reaped, so that its number is free.
  soon gone || fail 'a process was not ended by the consent'
  answer post-restore 1
  ! run_criu restore -d || fail 'criu took the refusal of its action script for consent'
  # criu's own code in it waits to be told to give way to the program.
  [ -s "$proof/stood" ] || fail 'criu did not ask its action script at post-restore'
  soon gone || fail 'a restored process was not ended by the refusal'
fi
echo ok

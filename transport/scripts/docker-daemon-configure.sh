#!/bin/bash
# Puts a new configuration of Docker's daemon in place and has it read, without a restart. When Docker does not take it,
# the former one is put back.
#   docker-daemon-configure.sh PID CONFIG FORMER CANDIDATE RUNTIME PATH
# FORMER: SHA-256 of what CONFIG must still be, empty when it must be absent. CANDIDATE: the file with the new
# configuration, in the same directory; empty when there is to be none. PATH: what RUNTIME leads to afterwards; empty when
# it must be unknown.
set -u
pid=$1 config=$2 former=$3 candidate=$4 runtime=$5 path=$6 why=
kept=$config.precopy-former
trap '[ -z "$candidate" ] || rm -f -- "$candidate"; rm -f -- "$kept"' EXIT
trap '' HUP PIPE
fail() {
  echo "$1" >&2
  exit 1
}
known() { timeout 20 docker info --format "{{range \$name, \$runtime := .Runtimes}}{{\$name}} {{\$runtime.Path}}{{println}}{{end}}"; }
as_wanted() {
  local runtimes
  runtimes=$(known) || return
  if [ -n "$path" ]; then grep -qxF -- "$runtime $path" <<<"$runtimes"; else ! grep -q -- "^$runtime " <<<"$runtimes"; fi
}

now=
[ ! -e "$config" ] || now=$(sha256sum <"$config") || exit 1
[ "${now%% *}" = "$former" ] || fail "$config was changed meanwhile"
[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] || fail "dockerd was restarted meanwhile"
if [ -n "$candidate" ]; then
  [ -z "$former" ] || { chmod --reference="$config" -- "$candidate" && chown --reference="$config" -- "$candidate"; } || exit 1
  # Docker has this since 23.0.
  said=$("/proc/$pid/exe" --validate --config-file "$candidate" 2>&1) || [[ $said == *'unknown flag: --validate'* ]] ||
    fail "dockerd does not take the new $config: ${said//$'\n'/ }"
fi
[ -z "$former" ] || cp -p -- "$config" "$kept" || exit 1
if [ -n "$candidate" ]; then mv -fT -- "$candidate" "$config"; else rm -f -- "$config"; fi || exit 1
kill -HUP "$pid" || why='dockerd cannot be told to read it'
SECONDS=0
while [ "$SECONDS" -lt 30 ] && [ -z "$why" ]; do
  ! as_wanted || exit 0
  sleep 1
done
if [ -n "$former" ]; then mv -fT -- "$kept" "$config"; else rm -f -- "$config"; fi
kill -HUP "$pid"
fail "${why:-Docker did not take the new $config within 30 s (its log says why)}; the former one is back"

#!/bin/bash
# Prints what there is of Docker's daemon and of our runtime in it, one `key value` a line; nothing when no daemon runs here.
# Contents are in base64.
#   docker-daemon.sh INSTALLED                       (INSTALLED: the directory with what `precopy host setup` installs)
installed=$1
say() { printf '%s %s\n' "$1" "$2"; }
contents() { [ ! -f "$2" ] || say "$1" "$(base64 -w 0 -- "$2")"; }
pid=$(cat /run/docker.pid 2>/dev/null || cat /var/run/docker.pid 2>/dev/null)
[[ $pid =~ ^[0-9]+$ && $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || exit 0
say pid "$pid"
config=/etc/docker/daemon.json
mapfile -d '' -t arguments <"/proc/$pid/cmdline"
for index in "${!arguments[@]}"; do
  case ${arguments[index]} in
    --config-file) config=${arguments[index + 1]} ;;
    --config-file=*) config=${arguments[index]#*=} ;;
  esac
done
# A symbolic link stays one.
[ ! -L "$config" ] || config=$(readlink -f -- "$config")
say config "$config"
contents config-content "$config"
contents wrapper "$installed/docker-runtime"
contents former "$installed/former.json"
format='version {{.ServerVersion}}{{println}}{{range $name, $runtime := .Runtimes}}runtime {{$name}} {{$runtime.Path}}{{println}}{{end}}'
told=$(timeout 60 docker info --format "$format" 2>&1)
# Without an answer there is a line all the same, but no version in it.
if [[ $told =~ (^|$'\n')'version '[^[:space:]] ]]; then echo "$told"; else say silent "${told//$'\n'/ }"; fi

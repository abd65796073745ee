#!/bin/bash
# Prints what there is of Docker's daemon and of our runtime in it, one `key value` a line; nothing when no daemon runs here.
# Contents are in base64.
#   docker-daemon.sh INSTALLED
# INSTALLED: the directory with what `precopy host setup` installs.
installed=$1
. parts/dockerd.sh
find_dockerd || exit 0
say pid "$pid"
say config "$config"
contents config-content "$config"
contents wrapper "$installed/docker-runtime"
contents former "$installed/former.json"
format='version {{.ServerVersion}}{{println}}{{range $name, $runtime := .Runtimes}}runtime {{$name}} {{$runtime.Path}}{{println}}{{end}}'
told=$(timeout 60 docker info --format "$format" 2>&1)
# Without an answer there is a line all the same, but no version in it.
if [[ $told =~ (^|$'\n')'version '[^[:space:]] ]]; then echo "$told"; else say silent "${told//$'\n'/ }"; fi

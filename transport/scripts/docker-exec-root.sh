#!/bin/bash
# Prints where Docker's daemon may have its exec-root from, one `key value` a line; nothing when no daemon runs here. Contents are in
# base64.
#   docker-exec-root.sh
. parts/dockerd.sh
find_dockerd || exit 0
for index in "${!arguments[@]}"; do
  case ${arguments[index]} in
    --exec-root) say exec-root "${arguments[index + 1]}" ;;
    --exec-root=*) say exec-root "${arguments[index]#*=}" ;;
  esac
done
say config "$config"
contents config-content "$config"

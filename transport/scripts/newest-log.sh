#!/bin/bash
# Prints the newest log under a directory, if there is one.
#   newest-log.sh DIRECTORY
newest=$(find "$1" -name '*.log' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1)
[ -z "$newest" ] || cat -- "${newest#* }"

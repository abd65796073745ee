#!/bin/bash
# Limits what a migration sends to a rate: the kernel paces its TCP connections, and the data takes no other way.
#   pace.sh DIRECTORY MUX PORT
# MUX: control socket of the ssh connection to the destination. PORT: the port of its sshd.
# Reads one command a line: `rate BYTES` (a second and on the link, headers included; 0: no limit) and `pages PORT` (the
# port that criu connects to by itself; 0: none). Answers a rate with `paced BYTES` or `failed WHY`. The end of input lifts
# the limit.
set -u
# bash can neither copy another process's descriptor nor set an option of a socket.
program=$(<pace.pl)
master=$(ssh -F none -S "$2" -O check -- destination 2>&1 | sed -n 's/.*(pid=\([0-9]*\)).*/\1/p')
exec perl -e "$program" precopy-pace "$1" "${master:-0}" "$3"

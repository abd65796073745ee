#!/bin/bash
# Tells what the open ssh connection to the destination has carried there.
#   carried.sh MUX PORT
# MUX: its control socket. PORT: sshd's there.
# Prints `carried BYTES`.
. parts/carried.sh
print_carried "$1" "$2"

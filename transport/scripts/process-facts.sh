#!/bin/bash
# Tells of the process with this number and start time, one record a line.
#   process-facts.sh PID START CGROUP
# CGROUP: its cgroup's path, or empty.
# `boot ID`; `process alive`, `dying` or `gone`; `held` when somebody traces it or its cgroup is frozen.
. parts/process-stat.sh
pid=$1 start=$2 cgroup=$3
echo "boot $(</proc/sys/kernel/random/boot_id)"
fields=()
read_stat "$pid"
if [ "${fields[19]:-}" != "$start" ] || [[ ${fields[0]} == [ZX] ]]; then
  echo 'process gone'
  exit
fi
pending=$(sed -n 's/^\(SigPnd\|ShdPnd\):[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null | tr '\n' ' ')
dying=''
# It is on its way out (PF_EXITING), or killed and has not noticed.
((fields[6] & 4)) && dying=yes
for mask in $pending; do ((0x$mask & 0x100)) && dying=yes; done
if [ -n "$dying" ]; then echo 'process dying'; else echo 'process alive'; fi
traced=$(sed -n 's/^TracerPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
[ "${traced:-0}" = 0 ] || echo held
[ -z "$cgroup" ] || [ "$cgroup" = / ] || ! grep -qsx 'frozen 1' "/sys/fs/cgroup$cgroup/cgroup.events" || echo held
true

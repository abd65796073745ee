# shellcheck shell=bash
# Kills the criu that has a process in its hold. What criu has put into the container's tasks takes itself out when it is gone; the cgroup
# it has frozen stays so.
end_dump() { # PID
  local line name tracer=''
  while read -r line; do
    case $line in TracerPid:*) tracer=${line//[!0-9]/} ;; esac
  done 2>/dev/null <"/proc/$1/status"
  [ "${tracer:-0}" != 0 ] && read -r name <"/proc/$tracer/comm" && [ "$name" = criu ] && kill -9 "$tracer"
}

# shellcheck shell=bash
# Sets pid, arguments and config: Docker's daemon, its command line and its configuration file. Fails where no daemon runs here.
find_dockerd() {
  local index
  pid=$(cat /run/docker.pid 2>/dev/null || cat /var/run/docker.pid 2>/dev/null)
  # Another pid file, or none.
  [[ $pid =~ ^[0-9]+$ && -d /proc/$pid ]] || pid=$(pgrep -o -x -u 0 --ns $$ --nslist pid dockerd)
  [[ $pid =~ ^[0-9]+$ && $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || return
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
}
say() { printf '%s %s\n' "$1" "$2"; }
contents() { [ ! -f "$2" ] || say "$1" "$(base64 -w 0 -- "$2")"; }

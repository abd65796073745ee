# shellcheck shell=bash
# Reads what the kernel tells of a process into `fields`, but for its number and name: 0 its state, 1 its parent, 6 its flags, 19 when
# it started (proc(5)). Fails where there is no such process.
read_stat() { # PID
  local stat=''
  fields=()
  # The whole file: the name in it may hold a line end.
  { IFS= read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2034
  [ -n "$stat" ] && read -ra fields <<<"${stat##*) }"
}

#!/bin/bash
# criu's action script for the restore: at post-restore all processes exist and stand still; holds them until the
# verdict. Exit 0 lets them run, anything else makes criu end them.
#   destination-hold.sh
. parts/process-stat.sh
directory=${0%/*}
exec 3<>"$directory/events" 4<>"$directory/verdict" 5<>"$directory/peer"
# To the controller and to the source.
say() { echo "$1" >&3; echo "$1" >&5; }
# The first process of the copy: a criu that is killed leaves it as it is, neither running nor gone.
note_copy() {
  local fields
  ! read_stat "${CRTOOLS_INIT_PID:-none}" || echo "$CRTOOLS_INIT_PID ${fields[19]}" >"$directory/copy"
}
# criu, and the runtime that waits for it: without either nobody would have the copy. A shell may stand between us and criu.
find_makers() {
  local pid=$$ name='' fields
  makers=''
  for _ in 1 2 3; do
    read_stat "$pid" || return
    pid=${fields[1]}
    makers=${makers:-$pid}
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null || return
    if [ "$name" = criu ] && read_stat "$pid"; then
      makers+=" $pid ${fields[1]}"
      return
    fi
  done
}
# Whether Docker will take the copy: the `docker start` that waits for it and the dockerd that was asked, which has not been told to end
# (parked-docker.sh). The next dockerd would end a copy that it never had, with what that had answered by then.
docker_waits() {
  local pid since fields listener=''
  [ -e "$directory/asker" ] || return 0
  read -r pid since <"$directory/asker"
  read_stat "$pid" && [ "${fields[19]}" = "$since" ] || return
  { read -r listener <"$directory/listener"; } 2>/dev/null
  [ -z "$listener" ] || [ -S "$listener" ]
}
case ${CRTOOLS_SCRIPT_ACTION:-} in
  setup-namespaces) note_copy ;;
  post-restore)
    note_copy
    find_makers
    before=$makers
    docker_waits || exit 1
    : >"$directory/prepared"
    # The source may die by our word: what the copy can be made from once more has to outlive this host's power, if it can.
    if [ -e "$directory/on-disk" ]; then
      mapfile -t places < <(sed -n 's/^path = //p' "$directory/rsyncd.conf" 2>/dev/null)
      sync -f -- "$directory" "${places[@]}" || exit 1
    fi
    say prepared
    while read -r -u 4 verdict; do
      case $verdict in
        resume)
          # Without them the copy is lost: that must not look as if it had run.
          find_makers
          [ -n "$makers" ] && [ "$makers" = "$before" ] && docker_waits || exit 1
          # Before they run, for whoever asks after a crash. The source is dead: nothing may keep them from it.
          : >"$directory/resumed"
          sync -- "$directory/resumed"
          exit 0
          ;;
        discard) exit 1 ;;
      esac
    done
    exit 1
    ;;
  post-resume)
    say resumed
    ;;
esac

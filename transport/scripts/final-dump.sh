#!/bin/bash
# Runs the final dump and decides, alone, whether the source goes on or the destination.
#   final-dump.sh DIRECTORY PID COMMAND...
# PID: the container's first process.
# Prints `frozen` and `held`, then `killed` or `thawed` when that is certain, `resumed` when the destination runs, and `exit CODE`
# of the dump.
# Takes `thaw`, and `beat` to show that the other end is there: silence (PRECOPY_SILENCE seconds, or 15) or the end of input mean
# `thaw`. With `hand-over` that ends: the destination is told to restore and what it answers decides, over a connection made
# before anything is frozen. `settled`: the destination is known to run, it need not be told any more.
# A criu that does not let go within PRECOPY_LET_GO seconds (30) of `thaw` is killed.
set -u
. parts/end-dump.sh
. parts/process-stat.sh
. parts/unlock-network.sh
# Whoever listens may be gone.
trap '' PIPE
directory=$1 pid=$2
shift 2
fields=()
# When a process started: with its number this names the process, for the number alone may be given out again. Empty where there is none.
start_of() { # PID
  began=''
  read_stat "$1" && began=${fields[19]}
}
is_same() { # PID START
  read_stat "$1" && [ "${fields[19]}" = "$2" ]
}
start_of "$pid"
pid_began=$began
# Opened for both directions, so that opening never waits for the other end.
exec 3<>"$directory/events" 4<>"$directory/verdict"
echo "$BASHPID" >"$directory/keeper"

# Over the connection that is open, or else over one of its own.
peer_ssh() { # OPTION... COMMAND
  ssh -F "$directory/ssh_config" -o BatchMode=yes "${@:1:$#-1}" -- destination "${!#}" 2>"$directory/hand-over.err" 3>&- 4>&-
}
# All that happens comes in one row, as `WHO WHAT`; from the hold script, one word.
exec {to_peer}> >(
  peer_ssh -o ProxyCommand=false hand-over | while read -r word; do echo "peer $word" >&3; done
  echo 'peer gone' >&3
)
peer=$!
start_of "$peer"
peer_began=$began
{
  patience=(-t "${PRECOPY_SILENCE:-15}")
  while read -r "${patience[@]}" word; do
    case $word in hand-over | thaw | settled) echo "controller $word" >&3 ;; esac
    # From here on silence means nothing; what is said still does.
    [ "$word" != hand-over ] || patience=()
  done
  echo 'controller gone' >&3
} <&0 {to_peer}>&- &
listener=$!
start_of "$listener"
listener_began=$began
children=("$listener")

dump='' code='' decided='' since='' handed='' dead='' delivered=''

start_dump() {
  {
    trap - PIPE
    CRIU_CONFIG_FILE=$directory/final.conf "$@" </dev/null >"$directory/final.out" 2>&1 3>&- 4>&- {to_peer}>&-
    echo "dump $?" >&3
  } &
  dump=$!
  # criu stops the whole cgroup before it traces the first task: once that one is traced (state t), all stand still. criu
  # itself says nothing at this point, and looking must not cost a process each time.
  {
    exec {never}<> <(:)
    stat=
    # The whole file: the name in it may hold a line end.
    until read -r -d '' stat <"/proc/$pid/stat"; [[ ${stat##*) } == t* ]]; do read -r -t 0.02 -u "$never"; done
    echo frozen >&3
  } </dev/null 2>/dev/null {to_peer}>&- &
  children+=("$!")
}

# Once. A kill that could not be written down would leave nobody the wiser.
decide() { # kill|thaw
  [ -z "$decided" ] || return
  decided=$1 since=$SECONDS
  { echo "$decided" >"$directory/decided" && sync -- "$directory/decided"; } || decided=thaw
  echo "$decided" >&4
}

# The commit: nothing of the source can run any more.
source_is_dead() {
  [ -z "$dead" ] || return
  dead=yes
  echo killed
  echo resume >&"$to_peer"
}

# Whether the container's first process is gone, or is a process that has ended. criu's exit code alone is no evidence: a configuration
# file of the host's may have told criu to let the tasks run on (`leave-running`).
is_gone() {
  [ -z "$pid_began" ] || ! is_same "$pid" "$pid_began" || [[ ${fields[0]} == [ZX] ]]
}

# Waits until the first process is gone, up to PRECOPY_DEATH seconds (10). Fails when it lives on: then nothing is said, and the
# controller asks the source.
await_death() {
  local until=$((SECONDS + ${PRECOPY_DEATH:-10})) never
  exec {never}<> <(:)
  until is_gone; do
    [ "$SECONDS" -lt "$until" ] || { echo 'the dump ended well, and the container runs on' >>"$directory/final.out"; return 1; }
    read -r -t 0.1 -u "$never" || true
  done
}

# Told to let go, and does not: criu has been seen to hang with tasks in its hold, which then stand still for ever.
end_late_dump() {
  [ "$decided" = thaw ] && [ -z "$code" ] && [ "$((SECONDS - since))" -ge "${PRECOPY_LET_GO:-30}" ] || return
  ! end_dump "$pid" || echo 'criu did not let go of the container and was killed' >>"$directory/final.out"
}

# The peer does not answer: over new connections, until somebody over there has heard it or nobody wants it any more.
deliver() {
  if [ ! -e "$directory/decided" ]; then
    delivered=given-up
  elif [ "$(peer_ssh -o ControlPath=none -o ConnectTimeout=5 'hand-over resume' </dev/null)" = resumed ]; then
    delivered=yes
    echo resumed
  fi
}

# Not frozen yet: nothing is to be undone.
give_up() { code=255; }

# What a lost helper can no longer say. A process may be killed at any time, by the kernel for want of memory too; without this the
# container would stand still for ever. What a helper has said before its end is heard first, since this is called when nothing is left.
look_at_helpers() {
  is_same "$peer" "$peer_began" || hear peer gone
  is_same "$listener" "$listener_began" || hear controller gone
}

hear() { # WHO WHAT
  case "$1 $2" in
    'peer ready') start_dump "${command[@]}" ;;
    'peer prepared') [ -z "$handed" ] || decide kill ;;
    'peer resumed') delivered=yes && echo resumed ;;
    'peer failed' | 'peer gone')
      if [ -z "$dump" ]; then give_up; elif [ -z "$dead" ]; then decide thaw; elif [ -z "$delivered" ]; then deliver; fi
      ;;
    'controller hand-over')
      [ -n "$dump" ] && [ -z "$decided" ] || return
      handed=yes
      : >"$directory/handed-over"
      echo restore >&"$to_peer"
      ;;
    'controller thaw') if [ -z "$dump" ]; then give_up; else decide thaw; fi ;;
    'controller gone') if [ -z "$dump" ]; then give_up; elif [ -z "$handed" ]; then decide thaw; fi ;;
    'controller settled') delivered=yes ;;
    'killed ') source_is_dead ;;
    'dump '*)
      code=$2
      # Where the kernel cannot kill a whole cgroup, criu has killed the tasks once it has ended.
      if [ "$decided $code" = 'kill 0' ] && await_death; then source_is_dead; fi
      ;;
    *) echo "$1" ;;
  esac
}

command=("$@")
line=''
until [ -n "$code" ] && { [ -z "$dead" ] || [ -n "$delivered" ]; }; do
  end_late_dump
  # What comes before a time-out in the middle of a line is kept.
  if IFS= read -r -t 5 -u 3 part; then
    line+=$part
    who=${line%% *}
    what=${line#"$who"}
    line=''
    hear "$who" "${what# }"
  elif line+=$part && [ -z "$line" ]; then
    look_at_helpers
    [ -z "$dead" ] || [ -n "$delivered" ] || deliver
  fi
done
kill "${children[@]}" 2>/dev/null
if [ -z "$dump" ]; then
  cat -- "$directory/hand-over.err" >&2
  echo thawed
elif [ -z "$dead" ] && [ "$decided" != kill ] && [ "$code" != 0 ]; then
  # A criu that was killed left the tasks in a frozen cgroup, and nobody who could reach them.
  cgroup=''
  [ ! -s "$directory/cgroup" ] || { read -r _ && read -r cgroup; } <"$directory/cgroup"
  [ ! -e "$cgroup/cgroup.freeze" ] || echo 0 >"$cgroup/cgroup.freeze"
  unlock_network "$pid" ||
    echo "what criu blocks the container's network with may still be there: nsenter -t $pid -n iptables-save" >>"$directory/final.out"
  echo thawed
  # A copy over there that waits for its verdict need not wait any longer.
  [ -z "$handed" ] || echo discard >&"$to_peer"
fi
exec {to_peer}>&-
wait "$peer"
echo "exit $code"

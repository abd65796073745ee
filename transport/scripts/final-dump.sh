#!/bin/bash
# Runs the final dump and decides, without the controller, whether the source goes on or the destination.
#   final-dump.sh DIRECTORY PID COMMAND...
# PID: the container's first process. COMMAND: what dumps it.
# Prints `frozen` and `held`, then `killed` or `thawed` when that is certain, `resumed` when the destination runs, and
# `exit CODE` of the dump.
# Reads `thaw`, and `beat`, which shows that the controller is there: silence (PRECOPY_SILENCE seconds, or 15) or the end of
# input mean `thaw`. After `hand-over` they mean nothing: the destination is asked to restore, and its answer decides, over a
# connection made before anything is frozen. `settled`: the destination is known to run and need not be told again.
# What follows from each word is in hand-over.table.
# A criu that has not ended PRECOPY_LET_GO seconds (30) after `thaw` is killed.
set -u
. parts/end-dump.sh
. parts/process-stat.sh
. parts/unlock-network.sh
table=$(<hand-over.table)
# The readers of the output may be gone.
trap '' PIPE
directory=$1 pid=$2
shift 2
command=("$@")

# `STATE FROM WORD` to `NEXT ACTION`.
declare -A rows=()
while read -r row_state from word next action; do
  [[ $row_state == [a-z*]* ]] && rows["$row_state $from $word"]="$next $action"
done < <(printf '%s\n' "$table")
[ "${#rows[@]}" -gt 0 ] || exit 1

fields=()
# Sets `began` to the start time of a process, or to nothing where there is no such process. A pid alone may be given to
# another process later; pid and start time name one process.
read_start() { # PID
  began=''
  read_stat "$1" && began=${fields[19]}
}
is_same() { # PID START
  read_stat "$1" && [ "${fields[19]}" = "$2" ]
}
read_start "$pid"
pid_began=$began
# Opened in both directions, so that opening does not wait for the other end.
exec 3<>"$directory/events" 4<>"$directory/verdict"
echo "$BASHPID" >"$directory/keeper"

# Runs a command on the destination, over the connection that is open, or else over a new one.
peer_ssh() { # OPTION... COMMAND
  ssh -F "$directory/ssh_config" -o BatchMode=yes "${@:1:$#-1}" -- destination "${!#}" 2>"$directory/hand-over.err" 3>&- 4>&-
}
# All events come through one FIFO, in the order in which they happen: `peer WORD`, `controller WORD`, `dump CODE`, and
# single words of the hold script.
exec {to_peer}> >(
  peer_ssh -o ProxyCommand=false hand-over | while read -r word; do echo "peer $word" >&3; done
  echo 'peer gone' >&3
)
peer=$!
read_start "$peer"
peer_began=$began
{
  patience=(-t "${PRECOPY_SILENCE:-15}")
  while read -r "${patience[@]}" word; do
    case $word in hand-over | thaw | settled) echo "controller $word" >&3 ;; esac
    # From here on silence means nothing; words still count.
    [ "$word" != hand-over ] || patience=()
  done
  echo 'controller gone' >&3
} <&0 {to_peer}>&- &
listener=$!
read_start "$listener"
listener_began=$began
children=("$listener")

# Where the hand-over is, as hand-over.table names it; and what the last action was, once it has ended.
state=waiting outcome=''
# The dump's exit code; when the verdict was given; whether the restore was asked for; whether the destination has confirmed
# `resume`, or need not.
code='' verdict_at='' handed='' confirmed=''

start_dump() {
  {
    trap - PIPE
    CRIU_CONFIG_FILE=$directory/final.conf "${command[@]}" </dev/null >"$directory/final.out" 2>&1 3>&- 4>&- {to_peer}>&-
    echo "dump $?" >&3
  } &
  # criu stops the whole cgroup before it traces the first task: once that one is traced (state t), all tasks stand still.
  # criu itself prints nothing at this point. Each look is made without a new process, for that would cost time.
  {
    exec {never}<> <(:)
    stat=
    # Read up to the end of the file: the name in it may hold a line end.
    until read -r -d '' stat <"/proc/$pid/stat"; [[ ${stat##*) } == t* ]]; do read -r -t 0.02 -u "$never"; done
    echo frozen >&3
  } </dev/null 2>/dev/null {to_peer}>&- &
  children+=("$!")
}

# Writes the verdict down and gives it to the hold script. A `kill` that cannot be written down is not given: nothing would
# tell that death from any other.
give_verdict() { # kill|thaw
  verdict_at=$SECONDS
  if { echo "$1" >"$directory/decided" && sync -- "$directory/decided"; } || [ "$1" = thaw ]; then
    echo "$1" >&4
  else
    hear keeper unnoted
  fi
}

# Whether the container's first process is gone or has ended. criu's exit code is no evidence: a configuration file of the
# host may have told criu to let the tasks run on (`leave-running`).
is_gone() {
  [ -z "$pid_began" ] || ! is_same "$pid" "$pid_began" || [[ ${fields[0]} == [ZX] ]]
}

# Waits up to PRECOPY_DEATH seconds (10) until the first process is gone. Fails when it runs on: then the keeper reports
# neither death nor thaw, and the controller looks at the source itself.
await_death() {
  local until=$((SECONDS + ${PRECOPY_DEATH:-10})) never
  exec {never}<> <(:)
  until is_gone; do
    [ "$SECONDS" -lt "$until" ] || { echo 'the dump ended well, and the container runs on' >>"$directory/final.out"; return 1; }
    read -r -t 0.1 -u "$never" || true
  done
}

# Kills a criu that does not end after `thaw`: criu has been seen to hang with the tasks stopped.
end_late_dump() {
  [ "$state" = thawing ] && [ "$((SECONDS - verdict_at))" -ge "${PRECOPY_LET_GO:-30}" ] || return
  ! end_dump "$pid" || echo 'criu did not let go of the container and was killed' >>"$directory/final.out"
}

# Tells the destination over a new connection to resume. Gives up when the migration's directory has been removed.
resume_again() {
  if [ -n "$confirmed" ]; then
    return
  elif [ ! -e "$directory/decided" ]; then
    confirmed=given-up
  elif [ "$(peer_ssh -o ControlPath=none -o ConnectTimeout=5 'hand-over resume' </dev/null)" = resumed ]; then
    report_resumed
  fi
}
report_resumed() {
  confirmed=yes
  echo resumed
}

# Says for a helper that is lost what it cannot say any more: any process may be killed at any time, also by the kernel when
# memory runs out, and the container would stand still for ever. Called when no event is left, so that what a helper said
# before its end comes first.
look_at_helpers() {
  is_same "$peer" "$peer_began" || hear peer gone
  is_same "$listener" "$listener_began" || hear controller gone
}

# Does what the table says. A word without a row changes nothing.
hear() { # FROM WORD
  local row=${rows["$state $1 $2"]:-${rows["* $1 $2"]:-}}
  [ -n "$row" ] || return
  [ "${row% *}" = = ] || state=${row% *}
  case ${row#* } in
    start-dump) start_dump ;;
    ask-for-restore)
      handed=yes
      : >"$directory/handed-over"
      echo restore >&"$to_peer"
      ;;
    kill) give_verdict kill ;;
    thaw) give_verdict thaw ;;
    commit)
      echo killed
      echo resume >&"$to_peer"
      ;;
    resume-again) resume_again ;;
    report-resumed) report_resumed ;;
    stop-resuming) confirmed=yes ;;
    # Done once the helpers have ended.
    give-up | report-thawed) outcome=${row#* } ;;
  esac
}

# Handles an event: a word for the table, or one that is passed on to the controller.
handle_event() { # LINE
  case $1 in
    'peer '* | 'controller '*) hear "${1%% *}" "${1#* }" ;;
    killed) hear hold killed ;;
    'dump '*)
      code=${1#dump }
      # Where the kernel cannot kill a whole cgroup, criu has killed the tasks by the time it ends.
      if [ "$code" != 0 ]; then
        hear dump failed
      elif [ "$state" = killing ] && await_death; then
        hear dump died
      else
        hear dump ended
      fi
      ;;
    *) echo "$1" ;;
  esac
}

line=''
until [ "$state" = ended ] || { [ "$state" = dead ] && [ -n "$code" ] && [ -n "$confirmed" ]; }; do
  end_late_dump
  # The beginning of a line that comes before a time-out is kept.
  if IFS= read -r -t 5 -u 3 part; then
    line+=$part
    event=$line
    line=''
    handle_event "$event"
  elif line+=$part && [ -z "$line" ]; then
    look_at_helpers
    hear keeper idle
  fi
done
kill "${children[@]}" 2>/dev/null
case $outcome in
  # Nothing was frozen.
  give-up)
    code=255
    cat -- "$directory/hand-over.err" >&2
    echo thawed
    ;;
  report-thawed)
    # A criu that was killed leaves the tasks in a frozen cgroup.
    cgroup=''
    [ ! -s "$directory/cgroup" ] || { read -r _ && read -r cgroup; } <"$directory/cgroup"
    [ ! -e "$cgroup/cgroup.freeze" ] || echo 0 >"$cgroup/cgroup.freeze"
    unlock_network "$pid" ||
      echo "what criu blocks the container's network with may still be there: nsenter -t $pid -n iptables-save" >>"$directory/final.out"
    echo thawed
    # A copy on the destination need not wait for its verdict any longer.
    [ -z "$handed" ] || echo discard >&"$to_peer"
    ;;
esac
exec {to_peer}>&-
wait "$peer"
echo "exit $code"

#!/bin/bash
# Docker's OCI runtime `precopy`: runc, but for a container whose restore is parked. Installed by `precopy host setup`.
#   docker-runtime.sh ARGUMENT...
# ARGUMENT: as runc has them: [GLOBAL OPTION...] COMMAND [OPTION...] [ID].
# A file PARKED/ID names the directory D of a migration. The wrapper then _parks_: it takes the container's overlay away, so that its
# upper directory may be written, says `parked` on the FIFO D/events and reads D/verdict. `restore`: it mounts the overlay again and
# runs `runc restore`, with the flags in D/restore.flags, one a line. Anything else, or the end of the process in D/keeper: it mounts
# the overlay again and fails.
# The file D/attach says when Docker attaches the container's networks:
#   absent     by a hook of the restore (Docker up to 27). `create ID` parks and becomes the restore; `start ID` has nothing left to do.
#   parking    between `create` and `start` (Docker from 28 on). `create ID` leaves a holder, a process with a network namespace, which
#              Docker takes for the container's. `start ID` parks, and then has the holder become the restore.
#   cut-over   the same, but `create ID` parks first: networks are attached once the source stands still.
# Needs nothing but bash, coreutils, sed, util-linux and runc.
set -u
. parts/leave-parked.sh
. parts/log-room.sh
. parts/process-stat.sh
. parts/unmount-below.sh
parked=${PRECOPY_PARKED:-/run/precopy/parked}
arguments=("$@")
globals=() log='' state=''
while [[ $# -gt 1 && $1 == -* ]]; do
  globals+=("$1")
  case $1 in
    --log=*) log=${1#*=} ;;
    --root=*) state=${1#*=} ;;
    --root | --log | --log-format | --criu | --rootless)
      [ "$1" != --log ] || log=$2
      [ "$1" != --root ] || state=$2
      globals+=("$2")
      shift
      ;;
  esac
  shift
done
command=${1:-} id=${arguments[-1]:-} holder=''

# containerd shows the last error of the log as its own.
fail() { # MESSAGE
  echo "precopy: $1" >&2
  [ -z "$holder" ] || kill "$holder" 2>/dev/null
  local plain=${1//[\"\\[:cntrl:]]/ }
  [ -z "$log" ] ||
    TZ=UTC printf '{"level":"error","msg":"precopy: %s","time":"%(%FT%TZ)T"}\n' "$plain" -1 >>"$log"
  exit 1
}

# The overlay at the root filesystem, as it has to be mounted again. Docker and containerd give relative names when there are many:
# Docker all of them, containerd only the lower ones, beside which the upper one lies.
overlay_at() { # ROOT
  local type options super names name upper base=${1%/*/*}
  read -r type options super < <(findmnt --noheadings --output FSTYPE,VFS-OPTIONS,FS-OPTIONS --mountpoint "$1")
  [ "${type:-}" = overlay ] || fail "no overlay is mounted at $1"
  upper=$(grep -oP '(?<=,upperdir=)/[^,]*' <<<",$super") && base=${upper%/*/*}
  cd -- "$base" || fail "there is no $base"
  mount_options=$options,${super//,seclabel/}
  # What could not be mounted again stays mounted.
  IFS=: read -r -a names <<<"$(grep -oP '(?<=,lowerdir=)[^,]*' <<<",$super")"
  [ "${#names[@]}" -gt 0 ] || fail "cannot tell the layers at $1"
  for name in "${names[@]}"; do
    [ -d "$name" ] || fail "cannot tell the layers at $1: there is no $name"
  done
}

# Puts what was logged since the parking into the room that was left for it (parked-docker.sh).
complete_log() { # DIRECTORY
  local directory=$1 staged live from at now room
  # What followed the first `from` bytes there comes after the first `at` bytes here.
  { read -r staged && read -r live && read -r from && read -r at; } < <(cat -- "$directory/log" "$directory/log-size") || return
  now=$(stat -c %s -- "$staged") && room=$(stat -c %s -- "$live") || return
  # It has been rotated meanwhile.
  [ "$now" -ge "$from" ] || from=0 at=0
  if [ "$((at + now - from))" -gt "$room" ]; then
    # The oldest go, as whole records, like when a log is rotated.
    without_room "$staged" | tail -c "$room" | sed 1d >"$staged.newest" && mv -f -- "$staged.newest" "$staged" || return
    now=$(stat -c %s -- "$staged") from=0 at=0
  fi
  tail -c "+$((from + 1))" -- "$staged" | dd of="$live" bs=64K oflag=seek_bytes seek="$at" conv=notrunc status=none
  [ "$from" -gt 0 ] || printf '%*s' "$((room - now))" '' |
    dd of="$live" bs=64K oflag=seek_bytes seek="$now" conv=notrunc status=none
}

# Whoever is done with another container may take the empty directory away at any time. Without the mark the copy would be started anew.
mark_restored() {
  for _ in {1..5}; do
    (umask 077 && mkdir -p -- "$parked" && : >"$parked/$id.restored") 2>/dev/null && return
  done
  false
}

# Whoever parked it would do that as well, but may be gone.
forget_restored() {
  rm -f -- "$parked/$id.restored"
  leave_parked "$parked"
}

. parts/holder.sh

# Waits for the verdict, with the overlay taken away. Returns once that is `restore`, and the overlay is mounted again.
park() { # DIRECTORY BUNDLE
  local directory=$1 root verdict part='' keeper why
  # A quote inside a JSON string has a backslash before it, so this is the object itself.
  [[ $config =~ \"root\":[[:space:]]*\{[[:space:]]*\"path\":[[:space:]]*\"([^\"\\]+)\" ]] ||
    fail "cannot tell the root filesystem from $2/config.json"
  root=${BASH_REMATCH[1]}
  [[ $root == /* ]] || root=$2/$root
  overlay_at "$root"
  why=$(umount -- "$root" 2>&1) || fail "cannot take the overlay away: $why"
  # What the images are held against.
  printf '%s\n' "$config" >"$directory/config.json" || fail "cannot write to $directory"
  exec {events}<>"$directory/events" {verdicts}<>"$directory/verdict"
  echo parked >&"$events"
  keeper=$(<"$directory/keeper")
  verdict=''
  until IFS= read -r -t 1 -u "$verdicts" part; do
    # What comes before a time-out in the middle of a word is kept.
    verdict+=$part part=''
    # Without its keeper no verdict can come.
    kill -0 "$keeper" 2>/dev/null || break
  done
  verdict+=$part
  # The new interface of mount takes options of no more than 255 characters.
  why=$(LIBMOUNT_FORCE_MOUNT2=always mount -i -t overlay -o "$mount_options" -- overlay "$root" 2>&1) ||
    fail "cannot mount the overlay again: $why"
  [ "${verdict:-}" = restore ] || fail 'the migration was called off'
  [ ! -f "$directory/log" ] || complete_log "$directory" || fail 'cannot complete the log'
  exec {events}>&- {verdicts}>&-
}

create() { # OPTION... ID
  local bundle='' pid_file='' console='' directory attach='' config flags=()
  directory=$(<"$parked/$id")
  # A container is parked once. What a migration left that is gone does not count.
  rm -f -- "$parked/$id"
  [ -p "$directory/events" ] && [ -p "$directory/verdict" ] || return
  options=()
  while [ $# -gt 1 ]; do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
      --bundle | -b) bundle=$2 ;;
      --pid-file) pid_file=$2 ;;
      --console-socket) console=$2 ;;
      --no-pivot)
        options+=("$1")
        shift
        continue
        ;;
      # Rather no container than one that starts anew while the source still runs.
      *) fail "cannot park with $1" ;;
    esac
    shift 2
  done
  bundle=${bundle:-.}
  config=$(<"$bundle/config.json")
  [ ! -f "$directory/restore.flags" ] || mapfile -t flags <"$directory/restore.flags"
  [ ! -f "$directory/attach" ] || attach=$(<"$directory/attach")
  case $attach in
    '')
      park "$directory" "$bundle"
      mark_restored || fail "cannot write to $parked"
      CRIU_CONFIG_FILE=$directory/restore.conf exec runc "${globals[@]}" restore --detach --no-subreaper --file-locks \
        "${flags[@]}" --image-path "$directory/images/final" --work-path "$directory/work/restore" --bundle "$bundle" --pid-file "$pid_file" ${console:+--console-socket "$console"} "${options[@]}" "$id"
      ;;
    parking | cut-over)
      [ -z "$console" ] || fail 'cannot hold a container that has a terminal'
      [ "$attach" != cut-over ] || park "$directory" "$bundle"
      hold "$directory" "$bundle" "$pid_file"
      exit 0
      ;;
    *) fail "cannot tell from $directory/attach when networks are attached" ;;
  esac
}

case $id in
  '' | .* | */*) ;;
  *)
    if [ "$command" = start ] && [ -e "$parked/$id.restored" ]; then
      forget_restored
      exit 0
    fi
    if [ "$command" = start ] && [ -f "$parked/$id.held" ]; then start_held; fi
    case $command in
      create | delete)
        [ ! -e "$parked/$id.restored" ] || forget_restored
        [ ! -f "$parked/$id.held" ] || forget_held
        ;;
    esac
    # While runc restores, the root filesystem is mounted where runc keeps its state too, which it deletes with all that is in it: one
    # that was killed just then would have the container's files deleted.
    if [ "$command" = delete ] && [ -n "$state" ]; then
      unmount_below "$state/$id" || fail "what is mounted in $state/$id stays, and would be deleted"
    fi
    if [ "$command" = create ] && [ -f "$parked/$id" ]; then create "${@:2}"; fi
    ;;
esac
exec runc "${arguments[@]}"

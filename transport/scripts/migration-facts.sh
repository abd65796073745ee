#!/bin/bash
# Tells what a migration has left on a host, one record a line; nothing of it is changed.
#   migration-facts.sh DIRECTORY
# `migration ID`, without ID where nobody noted it: the directory is there. `mark NAME`: how far it got. `process NAME PID`: who
# is still at work with it.
. parts/process-stat.sh
directory=$1
shopt -s nullglob
if [ -d "$directory" ]; then
  printf 'migration %s\n' "$(cat -- "$directory/migration" 2>/dev/null)"
  for file in "$directory"/{claimed,prepared,resumed,started,handed-over,killed}; do
    [ ! -e "$file" ] || echo "mark ${file##*/}"
  done
  [ ! -e "$directory/images/final/inventory.img" ] || echo 'mark dumped'
fi

# Our scripts are known by what stands after their text, others by the files they work with.
name_of() { # WORD...
  if [[ ${4:-} == precopy-* ]] && [[ ${5:-} == "$directory" || ${5:-} == "$directory"/* ]]; then
    echo "${4#precopy-}"
    return
  fi
  local word fields
  for word; do
    case $word in
      # As criu calls itself once it restores. Without a runtime that waits for it, it has nobody to go on for.
      "criu: restore"*" $directory/images/"*)
        read_stat "$pid"
        if [ "${fields[1]:-}" = 1 ]; then echo stray-criu; else echo restore; fi
        return
        ;;
      "$directory/destination-hold.sh" | "$directory/source-hold.sh" | "$directory/hand-over.sh")
        word=${word##*/}
        echo "${word%.sh}"
        return
        ;;
      "$directory/images/"*)
        case " ${*:1:12} " in
          *' restore '*) echo restore ;;
          *' checkpoint '*) echo checkpoint ;;
          *' page-server '*) echo criu-page-server ;;
        esac
        return
        ;;
      "$directory/mux" | "$directory/ssh_config")
        [[ ${1##*/} != ssh ]] || echo ssh
        return
        ;;
    esac
  done
}
for file in /proc/[0-9]*/cmdline; do
  mapfile -d '' -t words <"$file" || continue
  [[ "${words[*]}" == *"$directory"* ]] || continue
  pid=${file#/proc/}
  pid=${pid%/cmdline}
  [ "${words[3]:-}" != precopy-migration-facts ] || continue
  name=$(name_of "${words[@]}")
  [ -z "$name" ] || echo "process $name $pid"
done 2>/dev/null
true

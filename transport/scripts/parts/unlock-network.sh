# shellcheck shell=bash
# Opens the network of a process again that a killed criu has left closed: in a network namespace of its own criu lets nothing
# pass by a chain or, without iptables, a table of its own name (criu/net.c). Where there is none, each of these changes nothing.
# In the host's own namespace criu closes only connections that it keeps, and there none is kept.
# Fails where the block is still there, or nothing is installed that could tell.
unlock_network() { # PID
  [ -e "/proc/$1/ns/net" ] && [ ! "/proc/$1/ns/net" -ef /proc/self/ns/net ] || return 0
  local within=(nsenter --target "$1" --net) tables table rules found='' left=''
  for tables in iptables ip6tables; do
    printf '%s\n' '*filter' ':CRIU - [0:0]' '-D INPUT -j CRIU' '-D OUTPUT -j CRIU' '-X CRIU' COMMIT |
      "${within[@]}" "$tables-restore" --wait --noflush 2>/dev/null
    ! rules=$("${within[@]}" "$tables-save" -t filter 2>/dev/null) || found+=" $tables"
    [[ $rules != *:CRIU* ]] || left=yes
  done
  "${within[@]}" nft list tables inet 2>/dev/null | while read -r _ _ table; do
    [[ $table != CRIU-* ]] || "${within[@]}" nft delete table inet "$table"
  done
  ! rules=$("${within[@]}" nft list tables inet 2>/dev/null) || found+=' nft'
  [[ $rules != *CRIU-* ]] || left=yes
  [ -n "$found" ] && [ -z "$left" ]
}

#!/bin/bash
# criu's action script for the final dump: at post-dump, with all images written, holds the frozen tasks until the
# verdict. Exit 0 lets criu kill them, anything else makes it thaw them.
# A SIGKILL to every task of the cgroup cannot be taken back, however long criu and the runtime take to clear up after it:
# from then on the destination may go on.
[ "${CRTOOLS_SCRIPT_ACTION:-}" = post-dump ] || exit 0
directory=${0%/*}
exec 3<>"$directory/events" 4<>"$directory/verdict"
echo held >&3
keeper=$(<"$directory/keeper")
until read -r -t 1 -u 4 verdict; do
  # Without its keeper no verdict can come: better the source goes on.
  kill -0 "$keeper" 2>/dev/null || exit 1
done
[ "$verdict" = kill ] || exit 1
cgroup=$(<"$directory/cgroup")
if [ -n "$cgroup" ] && echo 1 >"$cgroup/cgroup.kill"; then echo killed >&3; fi
exit 0

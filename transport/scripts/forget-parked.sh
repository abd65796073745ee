#!/bin/bash
# Takes away the marks of a parked Docker start that was cut short: the OCI runtime would take them for a later one's.
#   forget-parked.sh ID
# ID: the container's full id.
. parts/leave-parked.sh
parked=${PRECOPY_PARKED:-/run/precopy/parked}
rm -f -- "$parked/$1" "$parked/$1.restored" "$parked/$1.held" || exit 1
leave_parked "$parked"
true

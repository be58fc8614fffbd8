#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl qos and group: limits set, shown and lifted, and what is refused.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need python3
need_ipstctl

# limit KEY [OPTION]...: one number of what "qos show" tells.
limit()
{
	ipstctl -j qos show "${@:2}" | python3 -c \
		'import json, sys; print(json.load(sys.stdin)[0].get(sys.argv[1]))' "$1"
}

make_volume v0
make_device d0 --volume v0
at_exit ipstctl group del g0 --if-exists
at_exit ipstctl qos set d0 group=

is "at first" "$(limit rw_iops d0)" 0
is "set" "$(ipstctl qos set d0 rw_iops=20k r_bps=200M w_bps=1Gi)" \
	"limits of device d0 set"
is "again" "$(ipstctl qos set d0 rw_iops=20000)" "limits of device d0 unchanged"
is "rw_iops" "$(limit rw_iops d0)" 20000
is "w_bps" "$(limit w_bps d0)" $((1 << 30))
is "what is not named" "$(limit burst_ms d0)" 100
check "the table" grep -qE '^d0 +- +20k +- +- +- +200M +1Gi +100 +100$' \
	<(ipstctl qos show)

is "a group" "$(ipstctl group add g0)" "group g0 added"
is "again" "$(ipstctl group add g0)" "group g0 unchanged"
ipstctl qos set --group g0 rw_bps=1.5G burst_ms=50
is "rw_bps" "$(limit rw_bps --group g0)" 1500000000
ipstctl qos set d0 group=g0 weight=200
is "the group" "$(limit group d0)" g0
check "members" grep -qx 'g0 *d0' <(ipstctl group show)
refuses 1 "has devices" group del g0

ipstctl qos clear d0
is "lifted" "$(limit r_bps d0)" 0
is "it stays in its group" "$(limit group d0)" g0
ipstctl qos set d0 group=
is "no group" "$(limit group d0)" None
is "the weight" "$(limit weight d0)" 200

refuses 2 "use rw_iops" qos set d0 iops=1
refuses 2 "second time" qos set d0 r_iops=1 r_iops=1
refuses 2 "use k, M, G" qos set d0 r_bps=1MB
refuses 2 "1000000000" qos set d0 r_iops=2G
refuses 2 "no number" qos set d0 r_iops=-1
refuses 2 "for devices" qos set --group g0 weight=1
refuses 2 "which limits" qos set d0
refuses 2 "needs the NAME" qos set r_iops=1
refuses 1 "no device d9" qos set d9 r_iops=1
refuses 1 "no group g9" qos set --group g9 r_iops=1
refuses 1 "g9" qos set d0 group=g9 r_iops=5
is "nothing changed" "$(limit r_iops d0)" 0
ipstctl group del g0
refuses 1 "no group g0" group del g0

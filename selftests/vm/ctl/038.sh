#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own ynl sets limits and shows them; what is refused changes nothing.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/ynl.sh
. "$here/lib/ynl.sh"
need python3
groups=$conf/ipst/groups

limits() { ynl --do qos-get --json "$1" | get 'sorted(d.items())'; }

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
add_device d1
mkdir "$groups/g0"
at_exit rmdir "$groups/g0"
at_exit ynl --do qos-set --json '{"name": "d0", "group": ""}'

ops=$(ynl --list-ops)
check "qos-get" grep -qE "^qos-get .*(do, dump|dump, do)" <<<"$ops"
check "qos-set" grep -qE "^qos-set .*do" <<<"$ops"

# What is not named stays as it is.
ynl --do qos-set --json '{"name": "d0", "rw-iops": 1000, "r-iops": 1001, "rw-bps": 1003}'
ynl --do qos-set --json '{"name": "d0", "w-iops": 1002, "r-bps": 1004, "w-bps": 1005}'
is "limits" "$(ynl --do qos-get --json '{"name": "d0"}' | get '[d[k] for k in
	("rw-iops", "r-iops", "w-iops", "rw-bps", "r-bps", "w-bps")]')" \
	"[1000, 1001, 1002, 1003, 1004, 1005]"
ynl --do qos-set --json '{"name": "d0", "burst-ms": 7, "weight": 300, "group": "g0"}'
is "the rest" "$(ynl --do qos-get --json '{"name": "d0"}' |
	get 'd["burst-ms"], d["weight"], d["group"], d["rw-iops"]')" \
	"(7, 300, 'g0', 1000)"
ynl --do qos-set --json '{"name": "d0", "rw-iops": 0}'
is "lifted" "$(ynl --do qos-get --json '{"name": "d0"}' | get 'd["rw-iops"]')" 0
ynl --do qos-set --json '{"group": "g0", "rw-bps": 1000000000000}'
is "of a group" "$(ynl --do qos-get --json '{"group": "g0"}' |
	get 'd["rw-bps"], "name" in d')" "(1000000000000, False)"
is "a dump" "$(ynl --dump qos-get | get '[(e.get("name"), e.get("group")) for e in d]')" \
	"[(None, 'g0'), ('d0', 'g0'), ('d1', None)]"

device=$(limits '{"name": "d0"}')
group=$(limits '{"group": "g0"}')
refuses_do "no such device" qos-get '{"name": "d2"}'
refuses_do "no such group" qos-get '{"group": "g1"}'
refuses_do "" qos-get '{}'
refuses_do "no such device" qos-set '{"name": "d2", "rw-iops": 1}'
refuses_do "no such group" qos-set '{"name": "d0", "group": "g1", "rw-iops": 1}'
refuses_do "" qos-set '{"rw-iops": 1}'
refuses_do "" qos-set '{"name": "d0", "r-iops": 5, "rw-iops": 1000000001}'
refuses_do "" qos-set '{"name": "d0", "r-iops": 5, "w-bps": 1000000000001}'
refuses_do "" qos-set '{"name": "d0", "r-iops": 5, "burst-ms": 0}'
refuses_do "" qos-set '{"name": "d0", "r-iops": 5, "weight": 0}'
refuses_do "" qos-set '{"group": "g0", "r-iops": 5, "weight": 5}'
is "the device, after all that" "$(limits '{"name": "d0"}')" "$device"
is "the group" "$(limits '{"group": "g0"}')" "$group"

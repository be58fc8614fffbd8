#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The netlink family survives nonsense, and whoever may not changes nothing by it.
#
# HOSTILE_SECONDS says how long, 4 for each user if it is not set; SEED which
# nonsense.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need python3
need_ipstctl
need_helper nl-fuzz
seconds=${HOSTILE_SECONDS:-4}
seed=${SEED:-$RANDOM$RANDOM}

# What could be changed, of d0 and of all devices.
state()
{
	ynl --dump device-get
	ynl --do hist-get --json '{"name": "d0", "op": "read"}'
	[ ! -d "$conf/ipst/groups" ] || ls "$conf/ipst/groups"
}

fuzz() { "$bin/nl-fuzz" --seed "$seed" --seconds "$seconds" "$@" d0 d1 nothing; }

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
add_device d1
read_disk
state >"$tmp/before"

# Events go out to a listener meanwhile.
background ipstctl monitor >/dev/null
fuzz --nobody
check "nobody has changed anything" diff "$tmp/before" <(state)
fuzz
check "the disk works" read_disk
state >/dev/null

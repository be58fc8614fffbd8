#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: an nvme-tcp device whose tool was killed is repaired by the same command, or
# by del; a write that fails undoes all steps.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"
need_helper kill_nth.so

# killed N WORD...: false when it came to its end.
killed()
{
	! LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$1 ipstctl "${@:2}" >/dev/null 2>&1
}

make_volume v0
make_volume v1
at_exit ipstctl device del e0 --if-exists
before=$(nvmet_facts)
add=(device add e0 --type nvme-tcp --listen "127.0.0.1,[::1]:4421" --volume v0
	--allow-host "$host_nqn,$host_nqn-2")

for ((n = 1; n < 60; n++)); do
	killed $n "${add[@]}" || break
	# By turns.
	if ((n % 2)); then
		ipstctl "${add[@]}" >/dev/null
		is "add $n" "$(volumes_of e0) $(json device e0 state)" "1 v0 live"
	fi
	killed $((n / 2 + 1)) device del e0 || true
	ipstctl device del e0 --if-exists >/dev/null
	is "del $n" "$(nvmet_facts)" "$before"
done
check "it was killed often" [ $n -gt 20 ]
echo "add: $((n - 1)) places"
check "it is there" [ "$(json device e0 state)" = live ]

for ((n = 1; n < 30; n++)); do
	killed $n device attach e0 v1 || break
	ipstctl device attach e0 v1 >/dev/null
	is "attach $n" "$(volumes_of e0 | xargs)" "1 v0 2 v1"
	killed 1 device detach e0 v1 || true
	ipstctl device detach e0 v1 >/dev/null
	is "detach $n" "$(volumes_of e0)" "1 v0"
done
check "it was killed often" [ $n -gt 4 ]

# Each write in turn fails.
ipstctl device del e0 >/dev/null
for ((n = 1; n < 60; n++)); do
	LD_PRELOAD=$bin/kill_nth.so FAIL_NTH=$n ipstctl "${add[@]}" >/dev/null 2>&1 && break
	is "undo $n" "$(nvmet_facts)" "$before"
done
check "writes failed" [ $n -gt 8 ]

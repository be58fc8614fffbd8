#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Changes apply at once, to what waits as well; a refused one changes nothing.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl

# counts KEY: of stats-get
counts()
{
	ynl --do stats-get --json '{"name": "d0"}' | python3 -c \
		'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

is_parked() { [ "$(counts parked)" -gt 0 ]; }

make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
qos_load "$disk" --rw=randwrite --bs=4k --iodepth=32
sleep 1
for _ in 1 2 3; do
	ipstctl qos set d0 rw_iops=1 burst_ms=1 >/dev/null
	check "requests wait" wait_for 10 is_parked
	qos_sample "$disk"
	sleep 2
	check "one a second" holds "$(qos_rate 0 writes) < 3"
	ipstctl qos set d0 rw_iops=$((200 / slow)) burst_ms=100 >/dev/null
	qos_sample "$disk"
	sleep 4
	rate=$(qos_rate 0 writes)
	check "$rate right after the change" holds "$rate > 150 / $slow && $rate < 205 / $slow"
	ipstctl qos clear d0 >/dev/null
	sleep 0.5
	is "nothing waits" "$(counts parked)" 0
	qos_sample "$disk"
	sleep 1
	check "fast again" holds "$(qos_rate 0 writes) > 600 / $slow"
done

ipstctl qos set d0 rw_iops=500 w_bps=50M weight=7 >/dev/null
before=$(ipstctl -j qos show d0)
for key in rw_iops=-1 rw_iops=x rw_iops=2000000000 burst_ms=0 burst_ms=60001 \
	weight=0 weight=10001 group=nobody; do
	check "refused: $key" ! ipstctl qos set d0 w_iops=5 $key 2>/dev/null
	is "after $key" "$(ipstctl -j qos show d0)" "$before"
done
# A hundred changes under load, from two sides.
for i in {1..50}; do
	ipstctl qos set d0 rw_iops=$((RANDOM + 1)) >/dev/null &
	ipstctl qos set d0 w_bps=$((RANDOM * 1000 + 1)) >/dev/null
	wait $!
done
ipstctl qos clear d0 >/dev/null
check "still at work" read_disk

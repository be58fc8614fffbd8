#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What busy_poll_us gains, and what CPU time it takes: one read of 4 KiB at a time, by
# the clock, in a machine of two CPUs, and one that comes every 5 ms.
# vm: --timeout 900

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
row_mode=wall
window_ms=5000
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"

# Ticks of 10 ms that a CPU was at work, of all of them.
busy_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

# polls hits|misses: of d0, so far
polls()
{
	ipstctl -j stats d0 | python3 -c \
		'import json, sys; print(json.load(sys.stdin)[0]["poll_" + sys.argv[1]])' "$1"
}

# run_poll US KEY WHAT [ARGUMENT...]: a row and figures, of fio with these.
run_poll()
{
	local us=$1 key=$2_$1us what="busy_poll_us=$1, $3" began did hits misses

	disable d0
	set_attr d0 busy_poll_us "$us"
	enable d0
	wait_disk d0
	without_scheduler
	load=(--cpus_allowed=0 "${@:4}")
	began=$(busy_ticks) did=$(ios ipst-n0)
	run_row "ipst-$2-$us" randread 4096 1 1 1
	did=$(($(ios ipst-n0) - did))
	hits=$(polls hits) misses=$(polls misses)
	metric "${key}_cpu_us" $((($(busy_ticks) - began) * 10000 / did)) us \
		"$what: CPU time of the machine for a read"
	metric "${key}_hits" $((hits * 100 / did)) % "$what: came while it polled"
	metric "${key}_misses" $((misses * 100 / did)) % "$what: polled in vain"
}

need_ipstctl
need python3
backing=null_blk
make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
# Not the CPU on which fio will be.
local_disk d0 s0 cpus=1
for us in 0 50 200 1000; do
	run_poll $us busy "one after the other"
done
for us in 0 1000; do
	run_poll $us late "one each 5 ms" --thinktime=5ms
done
rows_end

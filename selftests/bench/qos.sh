#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What limits cost: instructions of the CPU for a read of 4 KiB, fio included.
# vm: --icount --timeout 1200

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"

need fio
high=1000000000
window_s=2

# Time that the CPU was idle, in ns; it is counted in 10 ms.
idle_ns() { awk '/^cpu / { printf "%.0f\n", ($5 + $6) * 1e7 }' /proc/stat; }

# Sets ios, ns, idle: of $disk since the call before.
look()
{
	local now_ios now_ns now_idle

	now_ios=$(reads)
	now_idle=$(idle_ns)
	now_ns=$((${EPOCHREALTIME/[.,]/} * 1000))
	ios=$((now_ios - ${was_ios:-0}))
	ns=$((now_ns - ${was_ns:-0}))
	idle=$((now_idle - ${was_idle:-0}))
	was_ios=$now_ios was_ns=$now_ns was_idle=$now_idle
}

# measure KEY DEPTH WHAT: a nanosecond is an instruction here, if not idle.
measure()
{
	local began

	progress "$3, depth $2"
	began=$(reads)
	background run_fio --rw=randread --bs=4k --iodepth="$2" --time_based \
		--runtime=1000 >/dev/null 2>&1
	wait_for 60 has_read $((began + 2000)) || fail "no I/O"
	look
	sleep $window_s
	look
	stop_background "$background_pid"
	metric "$1_qd$2" $(((ns - idle) / ios)) insn "$3, read of 4 KiB, depth $2"
	iops=$((ios * 1000 / (ns / 1000000)))
}

# both KEY WHAT: alone, and many at once.
both()
{
	measure "$1" 1 "$2"
	measure "$1" 32 "$2"
}

limit() { ipstctl qos set "$@" >/dev/null; }

need_ipstctl
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
disk=/dev/ipst-n0
both raw "null_blk itself"

local_disk d0 s0
both off "no limit"
limit d0 rw_iops=$high
both one "one limit, not reached"
limit d0 r_iops=$high w_iops=$high rw_bps=${high}000 r_bps=${high}000 w_bps=${high}000
both six "six limits, not reached"
mkdir "$conf/ipst/groups/g0"
at_exit rmdir "$conf/ipst/groups/g0"
at_exit ipstctl qos set d0 group=
limit --group g0 rw_iops=$high
limit d0 group=g0
both group "six limits and one of a group, not reached"
limit d0 rw_iops=5000 group=
measure held 32 "held to 5000 a second"
metric held_iops "$iops" 1/s "held to 5000 a second, reads a second"
limit d0 rw_iops=0 r_iops=0 w_iops=0 rw_bps=0 r_bps=0 w_bps=0
both again "limits lifted"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A throttled direction leaves the other one as fast as it was, within 5 %.
#
# The machine is not always equally fast: the two are measured in turns.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl

# window: what is read a second, over two of them.
window()
{
	qos_sample "$disk"
	sleep 2
	qos_rate 0 reads
}

add() { awk "BEGIN { print $1 + $2 }"; }

# Reads alone, and beside writes that wait at their limit.
measure()
{
	alone=0
	beside=0
	for _ in 1 2 3 4; do
		alone=$(add "$alone" "$(window)")
		qos_load "$disk" --rw=randwrite --bs=4k --iodepth=32
		sleep 2
		beside=$(add "$beside" "$(window)")
		stop_background "$background_pid"
	done
	echo "reads a second in 4 turns: $alone alone, $beside beside writes"
	holds "$beside >= 0.95 * $alone"
}

make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
ipstctl qos set d0 w_iops=$((12 / slow)) w_bps=1M rw_iops=1M >/dev/null
qos_load "$disk" --rw=randread --bs=4k --iodepth=4
sleep 1
check "writes that wait do not slow reads" wait_for 100 measure

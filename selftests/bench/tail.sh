#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How long the slowest requests of a modest disk take, alone and beside a greedy one:
# one read of 4 KiB at a time, against 32 of 128 KiB. Both share the one CPU.
# vm: --icount --count OUT/count --timeout 900

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"

backing=null_blk

# run_pair NAME MODEST GREEDY
run_pair()
{
	local greedy

	disk=$2
	without_scheduler
	disk=$3
	without_scheduler
	disk=$2
	run_row "$1" randread 4096 1 1 1
	disk=$3
	background run_fio --rw=read --bs=128k --iodepth=32 --time_based --runtime=1000 \
		>/dev/null 2>&1
	greedy=$background_pid
	disk=$2
	run_row "$1+greedy" randread 4096 1 1 1
	stop_background "$greedy"
}

make_null ipst-n0 memory_backed=0
make_null ipst-n1 memory_backed=0
run_pair raw /dev/ipst-n0 /dev/ipst-n1
make_subsystem s0 /dev/ipst-n0 /dev/ipst-n1
local_disk d0 s0
modest=$disk
local_disk d1 s0 nsid=2
run_pair ipst-local "$modest" "$disk"
rows_end

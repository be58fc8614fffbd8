#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an I/O costs: instructions of the CPU, of this kernel's disks, side by side.
# vm: --icount --count OUT/count --timeout 3600
#
# A disk (raw), and over it our device in local mode, nvme-loop, and VDUSE with QEMU's
# storage daemon. There is one CPU, and a nanosecond is an instruction of it. All
# else runs there too: fio, the storage node, the network. No disk has a scheduler.
# null_blk holds no data: that would cost more than all the rest.

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
[ -z "${QUICK:-}" ] || window_ms=200
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"
# shellcheck source=../lib/rivals.sh
. "$here/lib/rivals.sh"

# run_rows NAME: all of $disk.
run_rows()
{
	local depth jobs rw

	without_scheduler
	run_reads "$1"
	[ -z "${QUICK:-}" ] || return 0
	for rw in randread randwrite; do
		for jobs in 1 2; do
			for depth in 1 32; do
				[ $rw-$jobs = randread-1 ] ||
					run_row "$1" $rw 4096 $depth $jobs 1
			done
		done
	done
	for rw in read write; do
		for depth in 1 32; do
			run_row "$1" $rw 131072 $depth 1 1
		done
	done
}

make_null ipst-n0 memory_backed=0
run_backing null_blk /dev/ipst-n0

make_null ipst-n1 memory_backed=0
make_subsystem s1 /dev/ipst-n1
connect_tcp s1
run_backing nvme-tcp "$disk"
rows_end

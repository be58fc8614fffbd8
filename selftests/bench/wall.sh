#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What io.sh has, by the clock: I/Os a second and latency, in a machine of two CPUs.
# Two queues against one, with a job for each. Where the machine is emulated, or the
# host busy, only disks that were measured shortly after each other compare.
# vm: --timeout 1800

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
row_mode=wall
window_ms=5000
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"
# shellcheck source=../lib/rivals.sh
. "$here/lib/rivals.sh"

run_rows()
{
	without_scheduler
	run_reads "$1"
}

# A job for each queue, and a worker for each on a CPU of its own.
run_queues()
{
	local queues

	make_subsystem s0 "$1"
	for queues in 1 2; do
		local_disk d0 s0 num_queues=$queues
		without_scheduler
		run_row "ipst-local-${queues}q" randread 4096 32 2 16
		remove_device d0
	done
	remove_subsystem s0
}

make_null ipst-n0 memory_backed=0
run_backing null_blk /dev/ipst-n0
run_queues /dev/ipst-n0

make_null ipst-n1 memory_backed=0
make_subsystem s1 /dev/ipst-n1
connect_tcp s1
tcp=$disk
run_backing nvme-tcp "$tcp"
run_queues "$tcp"
rows_end

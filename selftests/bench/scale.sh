#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an I/O costs when 1, 8 or 64 devices are at work, all on one connection to the
# storage: one request at a time on each, or eight.
# vm: --icount --count OUT/count --timeout 1800

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"
# shellcheck source=../lib/connect.sh
. "$here/lib/connect.sh"

# run_scale STORAGE: devices over it, which are there afterwards.
run_scale()
{
	local depth i made=0

	backing=$1
	disks=
	for num_devices in 1 8 64; do
		for ((; made < num_devices; made++)); do
			local_disk "d$made" s0 queue_size=64
			without_scheduler
			disks+=${disks:+:}$disk
		done
		disk=$disks
		for depth in 1 8; do
			run_row ipst-local randread 4096 $((depth * num_devices)) 1 1
		done
	done
	for ((i = 0; i < made; i++)); do
		remove_device "d$i"
	done
}

make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
counted=ipst-n0
run_scale null_blk
remove_subsystem s0

make_subsystem s1 /dev/ipst-n0
connect_tcp s1
make_subsystem s0 "$disk"
counted=$disk
run_scale nvme-tcp
rows_end

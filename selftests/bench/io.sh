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
# shellcheck source=../lib/connect.sh
. "$here/lib/connect.sh"

# run_rows NAME: all of $disk.
run_rows()
{
	local depth jobs rw

	without_scheduler
	for depth in 1 32; do
		run_row "$1" randread 4096 $depth 1 1
	done
	run_row "$1" randread 4096 32 1 16
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

run_local()
{
	local_disk d0 s0
	run_rows ipst-local
	remove_device d0
}

run_loop()
{
	connect_loop s0
	run_rows nvme-loop
	disconnect loop s0
}

run_vduse()
{
	modprobe -a vduse virtio_vdpa virtio_blk
	background qemu-storage-daemon \
		--blockdev "driver=host_device,node-name=v0,filename=$backing_disk,cache.direct=on,aio=io_uring" \
		--export vduse-blk,id=v0,node-name=v0,name=v0,num-queues=1,writable=on
	wait_for 20 test -e /dev/vduse/v0 || fail "no VDUSE device"
	quiet vdpa dev add name v0 mgmtdev vduse
	wait_disk v0
	run_rows vduse
	vdpa dev del v0
	stop_background "$background_pid"
}

# run_backing NAME DISK
run_backing()
{
	backing=$1 backing_disk=$2
	disk=$2
	run_rows raw
	make_subsystem s0 "$2"
	run_local
	run_loop
	remove_subsystem s0
	run_vduse
}

make_null ipst-n0 memory_backed=0
run_backing null_blk /dev/ipst-n0

make_null ipst-n1 memory_backed=0
make_subsystem s1 /dev/ipst-n1
connect_tcp s1
run_backing nvme-tcp "$disk"
rows_end

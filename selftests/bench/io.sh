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

# find_block FOLDER: sets $disk to what has a block device there.
find_block()
{
	local path

	# shellcheck disable=SC2086 # a pattern
	for path in $1; do
		disk=/dev/${path##*/}
		[ -b "$disk" ] && return
	done
	return 1
}

run_local()
{
	local_disk d0 s0
	run_rows ipst-local
	remove_device d0
}

# port_of TRANSPORT: nvmet's; their names are numbers.
port_of()
{
	case $1 in
	loop)	echo "$conf/nvmet/ports/7708" ;;
	tcp)	echo "$conf/nvmet/ports/7709" ;;
	esac
}

make_port()
{
	local port

	port=$(port_of "$1")
	mkdir "$port"
	at_exit rmdir "$port"
	echo "$1" >"$port/addr_trtype"
}

# connect TRANSPORT SUBSYSTEM [OPTION]...: to its nvmet port of that name; sets $disk.
connect()
{
	local nqn port

	nqn=$(basename "$(subsystem "$2")") port=$(port_of "$1")
	ln -s "$(subsystem "$2")" "$port/subsystems/"
	at_exit disconnect "$1" "$2"
	quiet nvme connect -t "$1" -n "$nqn" "${@:3}"
	wait_for 20 find_nvme "$nqn" || fail "no disk by $1"
}

disconnect()
{
	local nqn port

	nqn=$(basename "$(subsystem "$2")") port=$(port_of "$1")
	[ -L "$port/subsystems/$nqn" ] || return 0
	quiet nvme disconnect -n "$nqn"
	rm "$port/subsystems/$nqn"
}

run_loop()
{
	connect loop s0
	run_rows nvme-loop
	disconnect loop s0
}

# find_nvme NQN: the name at the top, not the paths', which have a controller in it.
find_nvme()
{
	local path

	for path in /sys/class/nvme-subsystem/*/; do
		[ "$(<"$path/subsysnqn")" = "$1" ] || continue
		find_block "$path/nvme*n*"
		return
	done
	return 1
}

run_vduse()
{
	modprobe -a vduse virtio_vdpa virtio_blk
	background qemu-storage-daemon \
		--blockdev "driver=host_device,node-name=v0,filename=$backing_disk,cache.direct=on,aio=io_uring" \
		--export vduse-blk,id=v0,node-name=v0,name=v0,num-queues=1,writable=on
	wait_for 20 test -e /dev/vduse/v0 || fail "no VDUSE device"
	quiet vdpa dev add name v0 mgmtdev vduse
	wait_for 20 find_block "/sys/bus/vdpa/devices/v0/virtio*/block/*" ||
		fail "VDUSE has no disk"
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

modprobe -a nvmet_tcp nvme_tcp nvme_loop
make_port loop
make_port tcp
make_null ipst-n0 memory_backed=0
run_backing null_blk /dev/ipst-n0

make_null ipst-n1 memory_backed=0
make_subsystem s1 /dev/ipst-n1
ip link set lo up
port=$(port_of tcp)
echo ipv4 >"$port/addr_adrfam"
echo 127.0.0.1 >"$port/addr_traddr"
echo 4420 >"$port/addr_trsvcid"
connect tcp s1 -a 127.0.0.1 -s 4420
run_backing nvme-tcp "$disk"
rows_end

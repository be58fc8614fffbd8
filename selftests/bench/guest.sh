#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an I/O of a KVM guest costs: instructions of the CPU, the guest's and this
# machine's together, with our device, with QEMU's own virtio-blk in an I/O thread, and
# with QEMU's storage daemon by vhost-user. The raw disk is that of this machine. Its
# clock is no count of instructions: the more time passes, the more ticks are in them.
# vm: --count OUT/count --timeout 3600

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
window_ms=5000
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"
# shellcheck source=../lib/connect.sh
. "$here/lib/connect.sh"
# shellcheck source=../lib/guest.sh
. "$here/lib/guest.sh"
need qemu-system-x86_64 qemu-storage-daemon
need_kvm

# run_guest NAME OPTION...: of a guest with these, whose disk is its first.
run_guest()
{
	progress "$backing $1: a guest boots"
	start_guest g0 "${@:2}"
	guest_run g0 'echo none >/sys/block/vda/queue/scheduler'
	run_reads "$1"
	guest_stop g0
}

# blockdev NAME: $1, for QEMU and its daemon, over the disk that is underneath.
blockdev()
{
	echo "driver=host_device,node-name=$1,filename=$disk,cache.direct=on,aio=io_uring"
}

run_ipst()
{
	make_subsystem s0 "$disk"
	vhost_device d0 s0
	run_guest ipst-guest --disk "$chardev"
	remove_device d0
	remove_subsystem s0
}

run_qemu()
{
	run_guest qemu-iothread --qemu-arg -object --qemu-arg iothread,id=thread0 \
		--qemu-arg -blockdev --qemu-arg "$(blockdev node0)" --qemu-arg -device \
		--qemu-arg virtio-blk-pci,drive=node0,iothread=thread0,num-queues=1
}

run_vhost_user()
{
	local socket=$tmp/vhost-user

	background qemu-storage-daemon --blockdev "$(blockdev node0)" --export \
		"vhost-user-blk,id=export0,node-name=node0,addr.type=unix,addr.path=$socket,writable=on,num-queues=1"
	wait_for 20 test -S "$socket" || fail "the storage daemon has no socket"
	run_guest vhost-user --qemu-arg -chardev \
		--qemu-arg "socket,id=chardev0,path=$socket" --qemu-arg -device \
		--qemu-arg vhost-user-blk-pci,chardev=chardev0,num-queues=1
	stop_background "$background_pid"
}

# use_backing NAME DISK
use_backing()
{
	backing=$1 disk=$2 counted=$2
	without_scheduler
}

make_null ipst-n0 memory_backed=0
use_backing null_blk /dev/ipst-n0
run_reads raw

make_null ipst-n1 memory_backed=0
make_subsystem s1 /dev/ipst-n1
connect_tcp s1
tcp=$disk
use_backing nvme-tcp "$tcp"
run_reads raw

# From here on fio is in a guest.
start_load()
{
	guest_run g0 "fio --name=test --filename=/dev/vda --direct=1 --ioengine=io_uring \
		--thread --group_reporting --allow_file_create=0 $* >/tmp/fio 2>&1 &"
}

stop_load()
{
	guest_run g0 'pkill -x fio
		while pgrep -x fio >/dev/null; do sleep 0.1; done
		cat /tmp/fio'
}

# run_guests NAME DISK
run_guests()
{
	use_backing "$@"
	run_ipst
	run_qemu
	run_vhost_user
}

run_guests null_blk /dev/ipst-n0
run_guests nvme-tcp "$tcp"
rows_end

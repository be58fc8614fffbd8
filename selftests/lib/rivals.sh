# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# rivals.sh: a disk, and one after the other what can be put over it. Sourced, after
# bench.sh and rows.sh.
#
#   run_backing NAME DISK	calls run_rows for each, which is the section's: with
#				the name of what $disk is then

# shellcheck source=connect.sh
. "$here/lib/connect.sh"

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

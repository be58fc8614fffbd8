#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A name that is taken on the vDPA bus: EEXIST, and nothing is left.
#
# No driver may have the other device: with virtio_blk on it, VDUSE takes a lock
# below the queue's, with interrupts on. To lockdep the queues of all disks are
# one class, so that it would blame a disk of ours that completes in softirq.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need vdpa qemu-storage-daemon
need_module vduse
make_null ipst-n0
make_null ipst-n1
make_subsystem s0 /dev/ipst-n0
background qemu-storage-daemon \
	--blockdev driver=host_device,node-name=b,filename=/dev/ipst-n1,cache.direct=on \
	--export vduse-blk,id=e,name=taken,node-name=b,writable=on
probe() { echo "$1" >/sys/bus/vdpa/drivers_autoprobe; }
probe 0
at_exit probe 1
on_bus() { vdpa dev add name taken mgmtdev vduse 2>/dev/null; }
wait_for 20 on_bus || skip "qemu-storage-daemon offers no VDUSE device"
at_exit vdpa dev del taken

add_device taken
link_device taken s0
fails_with EEXIST enable taken
is state "$(get_attr taken state)" disabled
is chardev "$(get_attr taken chardev)" ""
set_attr taken num_queues 1
check "the other one is there" vdpa dev show taken
fails_with EEXIST vdpa dev add name taken mgmtdev ipst_vblk
is enable "$(get_attr taken enable)" 0

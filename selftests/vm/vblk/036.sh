#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Data in odd pieces is right on a backend that the block layer cuts bios for.
#
# nvme-loop, like all of NVMe, takes gaps between pieces at page boundaries only,
# and pieces at multiples of 4 bytes: a block that lies in several of them cannot
# be cut there, so it has to be copied.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"
need nvme
need_module nvme-loop
need_helper vdpa-blk

make_port()
{
	mkdir "$1"
	at_exit rmdir "$1"
	echo loop >"$1/addr_trtype"
	ln -s "$(subsystem loop)" "$1/subsystems/"
	at_exit rm "$1/subsystems/${nqn_prefix}loop"
}

has_disk() { disk=$(echo /sys/class/nvme-subsystem/*/nvme*n1) && [ -e "$disk" ]; }

make_null ipst-n0 cache_size=4 discard=1
make_subsystem loop /dev/ipst-n0
make_port $conf/nvmet/ports/991
nvme connect -t loop -n "${nqn_prefix}loop" >/dev/null
at_exit nvme disconnect -n "${nqn_prefix}loop"
check "a disk is there" wait_for 10 has_disk
disk=/dev/${disk##*/}
is "gaps" "$(queue virt_boundary_mask)" 4095

make_subsystem s0 "$disk"
vhost_device d0 s0 num_queues=2 queue_size=64
hostile "$chardev" data-scattered data-in-pieces
for features in indirect,event_idx packed; do
	"$bin/vdpa-blk" verify "$chardev" --features $features --cut --seconds 4
	"$bin/vdpa-blk" verify "$chardev" --features $features --seconds 2
done
remove_device d0
remove_subsystem s0

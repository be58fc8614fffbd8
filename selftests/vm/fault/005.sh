#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Enable of a local disk that runs out of memory fails and leaves nothing, or
# there is a disk; perhaps without a driver, as its failure to probe is not ours.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 mode=local queue_size=16 num_queues=2
link_device d0 s0
untouched()
{
	has_attr d0 enable 0 && has_attr d0 state disabled &&
		[ ! -e /sys/bus/vdpa/devices/d0 ]
}
enable_fails() { each_store untouched "disable d0" "$devices/d0/enable" 1; }

# Ours and the bus's are in 004.sh; here, what happens while the driver probes. Not
# the queue's files in debugfs: that one is missing fails nothing.
enable d0
wait_disk d0
disable d0
only_within virtio_blk: blk_mq_debugfs_register
for_each_kind enable_fails
enable d0
wait_disk d0
check "reads" read_disk

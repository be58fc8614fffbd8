#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A mapping that runs out of memory fails, and the host may try again; taking one
# away does not fail.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0 queue_size=16 num_queues=1

# vhost has one errno for all that is wrong with a mapping.
# shellcheck disable=SC2034 # for fault.sh
fault_text='Bad address'
map_fails()
{
	# shellcheck disable=SC2016 # for that shell
	each_fault write,ioctl true true bash -c 'exec "$0" script 3 start request 0 0 unmap 3<>"$1"' \
		"$bin/vdpa-blk" "$chardev"
}
only_within ipst_vblk:
for_each_kind map_fails

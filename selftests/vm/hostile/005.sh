#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a driver does wrong on a volume of 4 KiB blocks, or on one that is fast.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

# Cases that need something in flight when they act.
in_flight=(head-twice id-twice)
mapfile -t cases < <("$bin/vdpa-blk" hostile list | awk '{ print $1 }' |
	grep -vxF "$(printf '%s\n' "${in_flight[@]}")")

make_null ipst-n0 blocksize=4096 cache_size=4 discard=1
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0 num_queues=2 queue_size=16
hostile "$chardev" "${cases[@]}"
left_out "split rings only" "blocks of 512 bytes"

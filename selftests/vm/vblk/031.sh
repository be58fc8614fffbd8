#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Queues of 2 to 1024 entries, and 1 to 64 of them: verified I/O is right.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0 cache_size=4
make_subsystem s0 /dev/ipst-n0

# verify FEATURES [OPTION]...
verify()
{
	echo "# $*"
	"$bin/vdpa-blk" verify "$chardev" --seconds 1 --features "$@"
}

vhost_device d0 s0 num_queues=1 queue_size=1024
for features in none packed,indirect,event_idx; do
	verify $features --ring 2 --depth 2
	verify $features --ring 4 --depth 4 --cut
	verify $features --ring 128 --depth 128
	verify $features --ring 1024 --depth 512 --room 4096
done
remove_device d0

vhost_device d0 s0 num_queues=64 queue_size=16
for features in indirect,event_idx packed; do
	verify $features --queues 64
	verify $features --queues 5 --cut
done

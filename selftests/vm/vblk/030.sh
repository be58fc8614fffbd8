#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Verified I/O is right with every combination of what rings can do.
#
# Requests laid out plainly, and cut into descriptors anywhere; indices that
# are about to wrap. VERIFY_SECONDS says how long, 20 if it is not set.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0 cache_size=4 discard=1
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0 num_queues=2 queue_size=64

for features in none indirect event_idx indirect,event_idx packed \
	packed,indirect packed,event_idx packed,indirect,event_idx; do
	for options in "" "--cut --start 65530"; do
		echo "# $features $options"
		# shellcheck disable=SC2086 # words
		"$bin/vdpa-blk" verify "$chardev" --features $features $options \
			--seconds $((${VERIFY_SECONDS:-20} / 16 + 1))
	done
done

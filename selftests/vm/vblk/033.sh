#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What one process has left in flight another one finishes, on another device.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

slow_device d0 num_queues=2 queue_size=32
first=$chardev
vhost_device d1 d0 num_queues=4 queue_size=64

for features in indirect,event_idx packed; do
	"$bin/vdpa-blk" migrate "$first" --features $features --seconds 1 \
		--depth 32 --save "$tmp/image"
	is "the first device" "$(get_attr d0 state)" ready
	"$bin/vdpa-blk" migrate "$chardev" --seconds 1 --restore "$tmp/image"
done

# And what one driver has written, the next one knows.
"$bin/vdpa-blk" verify "$first" --seconds 1 --save "$tmp/blocks"
"$bin/vdpa-blk" verify "$chardev" --seconds 1 --restore "$tmp/blocks" \
	--write 0 --features packed

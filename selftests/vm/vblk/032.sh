#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that moves between two devices under load loses and repeats nothing.
#
# Suspended, a device leaves memory alone; what was made available before goes
# on elsewhere, without a kick. Split rings and packed ones.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

slow_device d0 num_queues=2 queue_size=32
first=$chardev
vhost_device d1 d0 num_queues=2 queue_size=32

for options in "none" "indirect,event_idx --start 65500 --cut" "packed" \
	"packed,indirect,event_idx --start 31 --cut"; do
	echo "# $options"
	# shellcheck disable=SC2086 # words
	"$bin/vdpa-blk" migrate "$first" "$chardev" --depth 32 --rounds 6 \
		--seconds 1 --features $options
done

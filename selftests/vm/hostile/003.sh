#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that breaks any one rule of a packed ring gets what it deserves.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

slow_device d0 num_queues=2 queue_size=16
hostile "$chardev" all --features packed
left_out "no indirect descriptors" "split rings only" \
	"the volume has blocks of 512 bytes"

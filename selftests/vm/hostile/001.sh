#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that breaks any one rule of a split ring gets what it deserves.
#
# Each case ends with a reset, after which the device has to work. The volume is
# slow, so that requests are in flight for as long as a case needs.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

# One CPU for both queues: they have to share it.
slow_device d0 num_queues=2 queue_size=16 cpus=0
hostile "$chardev" all --features none
left_out "no indirect descriptors" "packed rings only" \
	"the volume has blocks of 512 bytes"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Enable without a usable namespace is refused, and leaves nothing.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

check_nothing_left()
{
	is enable "$(get_attr d0 enable)" 0
	is state "$(get_attr d0 state)" disabled
	check "no vdpa device" [ ! -e /sys/bus/vdpa/devices/d0 ]
	set_attr d0 queue_size 128
}

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
make_subsystem empty
add_device d0
fails_with ENOLINK enable d0
check_nothing_left
disable d0

link_device d0 empty
fails_with ENODEV enable d0
check_nothing_left
unlink_device d0

link_device d0 s0
for nsid in 2 1000 4294967294; do
	set_attr d0 nsid $nsid
	fails_with ENODEV enable d0
	check_nothing_left
done
set_attr d0 nsid 1
echo 0 >"$(namespace s0)/enable"
fails_with ENODEV enable d0
check_nothing_left

echo 1 >"$(namespace s0)/enable"
enable d0
enable d0
is state "$(get_attr d0 state)" ready
disable d0
disable d0
check_nothing_left

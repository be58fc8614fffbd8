#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Enable that runs out of memory leaves a disabled device and no controller, and
# works when there is memory.
#
# As far as our code is on the stack, down to what the vDPA bus, vhost_vdpa and
# nvmet allocate for it.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 queue_size=16
link_device d0 s0
controllers=/sys/kernel/debug/nvmet/${nqn_prefix}s0
untouched()
{
	has_attr d0 enable 0 && has_attr d0 state disabled &&
		[ ! -e /sys/bus/vdpa/devices/d0 ] &&
		! compgen -G "$controllers/*" >/dev/null
}
enable_fails() { each_store untouched "disable d0" "$devices/d0/enable" 1; }

only_within ipst:
set_attr d0 num_queues 1
for_each_kind enable_fails
set_attr d0 num_queues 4
for_each_kind enable_fails
untouched

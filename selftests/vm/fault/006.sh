#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "vdpa dev add" that runs out of memory leaves a disabled device.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
need vdpa
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 queue_size=16
link_device d0 s0
untouched() { has_attr d0 enable 0 && [ ! -e /sys/bus/vdpa/devices/d0 ]; }
vdpa_del()
{
	vdpa dev del d0
	wait_for 10 has_attr d0 enable 0
}
vdpa_fails()
{
	each_fault sendmsg,sendto untouched vdpa_del vdpa dev add name d0 mgmtdev ipst_vblk
}
only_within ipst_vblk:
for_each_kind vdpa_fails

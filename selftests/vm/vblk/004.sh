#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "vdpa dev add" and "vdpa dev del" are enable and disable.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need vdpa
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vdpa mgmtdev show ipst_vblk | grep -q 'supported_classes block'
fails_with ENOENT vdpa dev add name nobody mgmtdev ipst_vblk
add_device d0
fails_with ENOLINK vdpa dev add name d0 mgmtdev ipst_vblk
link_device d0 s0

for mode in vhost local; do
	set_attr d0 mode $mode
	vdpa dev add name d0 mgmtdev ipst_vblk
	is enable "$(get_attr d0 enable)" 1
	vdpa dev show d0 | grep -q '^d0: type block mgmtdev ipst_vblk'
	fails_with EBUSY vdpa dev add name d0 mgmtdev ipst_vblk
	if [ $mode = local ]; then
		wait_disk d0
		check "reads" read_disk
	else
		check "node" [ -c "$(get_attr d0 chardev)" ]
	fi
	vdpa dev del d0
	wait_for 10 has_attr d0 enable 0 || fail "not disabled by vdpa dev del"
	is state "$(get_attr d0 state)" disabled
	check "not on the bus" [ ! -e /sys/bus/vdpa/devices/d0 ]
	enable d0
	disable d0
done
fails_with ENODEV vdpa dev del d0

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The modules load and unload ten times, with a disk in between.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
for round in $(rounds 10); do
	modules_unload || fail "unload, round $round"
	modules_load
	mkdir "$devices/d0"
	set_attr d0 mode local
	link_device d0 s0
	enable d0
	wait_disk d0
	check "reads, round $round" read_disk
	remove_device d0
done
is "users of ipst" "$(cat /sys/module/ipst/refcnt)" 1
is "users of ipst_vblk" "$(cat /sys/module/ipst_vblk/refcnt)" 0

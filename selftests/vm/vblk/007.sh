#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Read-only, by the device or by its backing: reads work, writes do not.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
head -c 4096 /dev/urandom >"$tmp/data"
dd if="$tmp/data" of=/dev/ipst-n0 oflag=direct bs=4k status=none

check_read_only()
{
	is "read-only" "$(blockdev --getro "$disk")" 1
	dd if="$disk" of="$tmp/back" bs=4k count=1 iflag=direct status=none
	check "reads" cmp "$tmp/data" "$tmp/back"
	check "writes are refused" ! dd if=/dev/zero of="$disk" bs=4k count=1 \
		oflag=direct status=none 2>/dev/null
	dd if=/dev/ipst-n0 of="$tmp/back" bs=4k count=1 iflag=direct status=none
	check "nothing was written" cmp "$tmp/data" "$tmp/back"
}

local_disk d0 s0 read_only=1
check_read_only
disable d0
set_attr d0 read_only 0
enable d0
wait_disk d0
is "read-only" "$(blockdev --getro "$disk")" 0
check "writes" dd if="$tmp/data" of="$disk" bs=4k oflag=direct status=none
disable d0

blockdev --setro /dev/ipst-n0
enable d0
wait_disk d0
check_read_only

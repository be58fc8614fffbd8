#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Another volume behind a running disk: size and data are the new one's.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_null ipst-n1 size=128
make_null ipst-n4k blocksize=4096
for i in 0 1; do
	printf 'volume %d' $i | dd of="/dev/ipst-n$i" bs=512 conv=sync,fsync status=none
done
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
has_size() { [ "$(size_mb)" = "$1" ]; }
first_bytes() { dd if="$disk" bs=512 count=1 iflag=direct status=none | head -c 8; }
swap_to()
{
	echo 0 >"$(namespace s0)/enable"
	echo "$1" >"$(namespace s0)/device_path"
	echo 1 >"$(namespace s0)/enable"
}

is data "$(first_bytes)" "volume 0"
for i in 1 0; do
	swap_to /dev/ipst-n$i
	wait_for 10 has_size $((64 + 64 * i)) || fail "size is $(size_mb) MB"
	is data "$(first_bytes)" "volume $i"
done

# Other blocks cannot be shown to the same driver: no data is better than wrong.
swap_to /dev/ipst-n4k
wait_for 10 has_size 0 || fail "size is $(size_mb) MB"
check "logged" dmesg_has "block size is now 4096"
disable d0
enable d0
wait_disk d0
is logical "$(queue logical_block_size)" 4096
is size "$(size_mb)" 64

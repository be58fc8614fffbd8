#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ranges: each limit counts; what the backend cannot do any more is unsupported.
#
# By a driver of ours, as the kernel's own keeps to the limits.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need_helper vdpa-blk
discard=11 zeroes=13 erase=14

# statuses TYPE SECTOR SECTORS FLAGS ...: of requests of one range, on one line.
statuses()
{
	local words=()

	while [ $# -gt 0 ]; do
		words+=(segment "${@:1:4}")
		shift 4
	done
	exec 3<>"$(get_attr d0 chardev)"
	"$bin/vdpa-blk" script 3 start "${words[@]}" | xargs
	exec 3>&-
}

setup()
{
	make_test_disk "$@"
	make_subsystem s0 /dev/ipst-test
	vhost_device d0 s0 num_queues=1
}

setup max_sectors=512
for type in $discard $zeroes $erase; do
	is "limit of $type" "$(statuses "$type" 0 512 0 "$type" 0 520 0 "$type" 0 0 0)" "0 1 0"
	is "end, $type" "$(statuses "$type" 131064 8 0 "$type" 131064 16 0 \
		"$type" 131072 8 0 "$type" 0xffffffffffffffff 8 0)" "0 1 1 1"
done
is "flags" "$(statuses "$discard" 0 8 1 "$zeroes" 0 8 1 "$zeroes" 0 8 2 "$erase" 0 8 1)" \
	"2 0 2 2"
remove_device d0
remove_subsystem s0
remove_test_disk

setup block_bytes=4096
for type in $discard $zeroes $erase; do
	is "blocks of $type" "$(statuses "$type" 0 8 0 "$type" 1 8 0 "$type" 0 4 0)" "0 1 1"
done
remove_device d0
remove_subsystem s0
remove_test_disk

# A file system that cannot make zeroes: nvmet says so, and we pass it on.
truncate -s 8M "$tmp/file"
make_subsystem s0 "$tmp/file"
vhost_device d0 s0 num_queues=1
is "zeroes of a file" "$(statuses "$zeroes" 0 8 0)" 2
remove_device d0
remove_subsystem s0

# Behind a disk at work: read-only since, or not able to discard any more.
make_null ipst-n0 discard=1
make_null ipst-n1
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
blkdiscard -o 0 -l 1M "$disk"
set_attr d0 paused 1
echo 0 >"$(namespace s0)/enable"
echo /dev/ipst-n1 >"$(namespace s0)/device_path"
echo 1 >"$(namespace s0)/enable"
set_attr d0 paused 0
# The kernel makes nothing of it: a discard is but a hint.
trace=/sys/kernel/tracing
echo 1 >$trace/events/ipst_vblk/vblk_complete/enable
blkdiscard -o 0 -l 1M "$disk"
echo 0 >$trace/events/ipst_vblk/vblk_complete/enable
check "unsupported" grep -q 'vblk_complete: d0 .* UNSUPP' $trace/trace
set_attr d0 paused 1
blockdev --setro /dev/ipst-n1
set_attr d0 paused 0
check "reads" read_disk
fails_with EIO dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct status=none
check "no zeroes" ! blkdiscard -z -o 0 -l 1M "$disk" 2>/dev/null

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Features and configuration are what device and namespace are, and nothing else.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need_helper vdpa-blk

# script WORD...
script()
{
	exec 3<>"$(get_attr d0 chardev)"
	"$bin/vdpa-blk" script 3 "$@"
	exec 3>&-
}

# has FEATURES LINE...: of the device; d0 is enabled for it, then disabled.
has()
{
	enable d0
	# 0x17e: MSG_V2, BATCH, ASID, SUSPEND, RESUME, ENABLE_AFTER_DRIVER_OK, PERSIST.
	is "features" "$(script offered)" "$1 0x17e"
	is "configuration" "$(script config)" "$(printf '%s\n' "${@:2}")"
	disable d0
}

# VERSION_1, ACCESS_PLATFORM, RING_PACKED, EVENT_IDX, INDIRECT_DESC are 0x730000000,
# SEG_MAX, BLK_SIZE, TOPOLOGY 0x444, MQ 0x1000, WRITE_ZEROES 0x4000, RO 0x20.
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 num_queues=2
link_device d0 s0
disk0="capacity=131072 size_max=0 seg_max=126 cylinders=0 blk_size=512 \
physical_block_exp=0 alignment_offset=0 min_io_size=1 opt_io_size=0 wce=0 num_queues=2"
has 0x730005444 "$disk0" \
	"discard=0/0/0 zeroes=65536/256/0 erase=0/0/0"
set_attr d0 read_only 1
has 0x730001464 "$disk0" "discard=0/0/0 zeroes=0/0/0 erase=0/0/0"
set_attr d0 read_only 0
set_attr d0 num_queues 1
set_attr d0 queue_size 2
disk1=${disk0/seg_max=126/seg_max=1}
has 0x730004444 "${disk1/num_queues=2/num_queues=1}" \
	"discard=0/0/0 zeroes=65536/256/0 erase=0/0/0"
set_attr d0 queue_size 64
disk1=${disk0/seg_max=126/seg_max=62}
has 0x730004444 "${disk1/num_queues=2/num_queues=1}" \
	"discard=0/0/0 zeroes=65536/256/0 erase=0/0/0"
remove_device d0
remove_subsystem s0

# FLUSH 0x200, DISCARD 0x2000, SECURE_ERASE 0x10000: of a disk that can all.
make_test_disk block_bytes=1024 physical_bytes=8192 min_bytes=16384 \
	opt_bytes=65536 max_sectors=2048
make_subsystem s0 /dev/ipst-test
add_device d0 num_queues=1
link_device d0 s0
has 0x730016644 "capacity=131072 size_max=0 seg_max=126 cylinders=0 blk_size=1024 \
physical_block_exp=3 alignment_offset=0 min_io_size=16 opt_io_size=64 wce=0 num_queues=1" \
	"discard=2048/256/16 zeroes=2048/256/1 erase=2048/256/16"
remove_device d0
remove_subsystem s0
remove_test_disk

# Of a file, which does not say much.
truncate -s 8M "$tmp/file"
make_subsystem s0 "$tmp/file"
add_device d0 num_queues=1
link_device d0 s0
enable d0
is "of a file" "$(script config | tail -n 1)" \
	"discard=16384/256/8 zeroes=16384/256/0 erase=0/0/0"

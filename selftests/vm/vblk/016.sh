#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A backing that demands aligned memory gets it, whatever the driver has.
#
# dm-crypt with 4096-byte sectors takes no buffer that is not aligned to them,
# while virtio-blk's driver passes on whatever is aligned to 512.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need dmsetup
need_helper scatter
need_module dm-crypt
make_null ipst-n0
dmsetup create ipst-crypt --table "0 131072 crypt aes-xts-plain64 \
	$(printf 'a%.0s' {1..64}) 0 /dev/ipst-n0 0 1 sector_size:4096" ||
	skip "no dm-crypt with aes-xts here"
# The node by hand, as there may be no udev.
at_exit sh -c 'dmsetup remove --retry ipst-crypt && dmsetup mknodes'
dmsetup mknodes
make_subsystem s0 /dev/mapper/ipst-crypt
local_disk d0 s0
is "block size" "$(queue logical_block_size)" 4096

seed=0
for pieces in 1 2 9 40; do
	for offset in 0 512 2048 3584; do
		seed=$((seed + 1))
		"$bin/scatter" "$disk" $pieces 4096 $offset $seed
	done
done
"$bin/scatter" "$disk" 3 131072 512
run_verify --size=8m --number_ios=100

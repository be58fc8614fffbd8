#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Data anywhere in memory: pieces of one block at odd places in pages.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper scatter
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0

seed=0
for pieces in 1 2 7 8 9 126 127 300; do
	for offset in 0 512 1536 3584; do
		seed=$((seed + 1))
		"$bin/scatter" "$disk" $pieces 512 $offset $seed
		"$bin/scatter" "$disk" $pieces 4096 $offset $seed
	done
done
"$bin/scatter" "$disk" 200 12800 2560

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Block size and topology are the namespace's.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n4k blocksize=4096
make_null ipst-n512
make_subsystem s0 /dev/ipst-n4k /dev/ipst-n512

local_disk d0 s0
is logical "$(queue logical_block_size)" 4096
is physical "$(queue physical_block_size)" 4096
is size "$(size_mb)" 64
run_verify --size=8m --number_ios=100
fails_with EINVAL dd if="$disk" of=/dev/null bs=512 count=1 iflag=direct status=none

local_disk d1 s0 nsid=2
is logical "$(queue logical_block_size)" 512
is physical "$(queue physical_block_size)" 512
check "reads of 512" dd if="$disk" of=/dev/null bs=512 count=3 iflag=direct status=none
is segments "$(queue max_segments)" 126
check "the last block" dd if="$disk" of=/dev/null bs=512 skip=131071 iflag=direct status=none

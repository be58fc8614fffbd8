#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A flush reaches a backing with a cache; without one none is offered.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

flushes() { awk '{ print $16 }' "/sys/block/$1/stat"; }

make_null ipst-cached cache_size=4
make_null ipst-plain
make_subsystem s0 /dev/ipst-cached /dev/ipst-plain
local_disk d0 s0
is "write cache" "$(queue write_cache)" "write back"
before=$(flushes ipst-cached)
dd if=/dev/zero of="$disk" bs=64k count=4 conv=fsync oflag=direct status=none
check "flushed" [ "$(flushes ipst-cached)" -gt "$before" ]
before=$(flushes ipst-cached)
quiet run_fio --rw=write --bs=4k --fsync=1 --number_ios=20 --size=16m
check "each time" [ "$(flushes ipst-cached)" -ge $((before + 18)) ]

local_disk d1 s0 nsid=2
is "write cache" "$(queue write_cache)" "write through"
dd if=/dev/zero of="$disk" bs=64k count=4 conv=fsync oflag=direct status=none
is "flushes" "$(flushes ipst-plain)" 0

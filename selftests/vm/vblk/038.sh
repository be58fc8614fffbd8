#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is written is on stable storage when it is done, if the driver cannot flush.
#
# As with a backend that got its cache after the driver had started.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need blkdiscard
range=(--offset 4M --length 1M)
cache() { echo "write $1" >/sys/block/ipst-test/queue/write_cache; }

make_test_disk offload=1
cache through
make_subsystem s0 /dev/ipst-test
local_disk d0 s0
is "write cache" "$(queue write_cache)" "write through"
set_attr d0 paused 1
cache back
set_attr d0 paused 0
asked flushes >/dev/null

dd if=/dev/zero of="$disk" bs=64k count=3 oflag=direct status=none
is "flushes after writes" "$(asked flushes)" 3
blkdiscard -z "${range[@]}" "$disk"
check "flushed zeroes" [ "$(asked flushes)" -gt 0 ]
blkdiscard -s "${range[@]}" "$disk"
check "flushed erase" [ "$(asked flushes)" -gt 0 ]
blkdiscard "${range[@]}" "$disk"
is "flushes after a discard" "$(asked flushes)" 0
dd if="$disk" of=/dev/null bs=64k count=3 iflag=direct status=none
is "flushes after reads" "$(asked flushes)" 0
remove_device d0
remove_subsystem s0

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The disk follows when the namespace's backing grows and shrinks, in use.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

truncate -s 32m "$tmp/file"
make_subsystem s0 "$tmp/file"
local_disk d0 s0
is size "$(size_mb)" 32
has_size() { [ "$(size_mb)" = "$1" ]; }
background run_fio --rw=randread --bs=4k --time_based --runtime=60 --size=8m \
	--iodepth=4 --output="$tmp/fio"

for mb in 64 16 128; do
	truncate -s ${mb}m "$tmp/file"
	echo 1 >"$(namespace s0)/revalidate_size"
	wait_for 10 has_size $mb || fail "size is $(size_mb) MB, not $mb"
done
check "the new end" dd if="$disk" of=/dev/null bs=1M skip=127 iflag=direct status=none
check "I/O goes on" kill -0 "$background_pid"

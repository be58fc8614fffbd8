#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A namespace disabled under I/O: errors, no hang; works when it is back.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
size=$(size_mb)
background run_fio --rw=randrw --bs=4k --time_based --runtime=120 --size=16m \
	--iodepth=16 --continue_on_error=all --error_dump=0 --output="$tmp/fio"
sleep 2

for round in 1 2; do
	echo 0 >"$(namespace s0)/enable"
	fails_with EIO read_disk
	is state "$(get_attr d0 state)" live
	is size "$(size_mb)" "$size"
	sleep 1
	echo 1 >"$(namespace s0)/enable"
	check "back, round $round" wait_for 5 read_disk
done
check "I/O goes on" kill -0 "$background_pid"

# And for good: the namespace is removed.
echo 0 >"$(namespace s0)/enable"
rmdir "$(namespace s0)"
fails_with EIO read_disk

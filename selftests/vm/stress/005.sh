#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CPU goes offline and comes back under load; the disk works on.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

cpu=/sys/devices/system/cpu/cpu1/online
[ -w $cpu ] || skip "cpu1 cannot go offline"
at_exit sh -c "echo 1 >$cpu"
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
run_verify --numjobs=2 --size=16m --offset_increment=32m --time_based \
	--runtime=15 &
pid=$!
while kill -0 $pid 2>/dev/null; do
	echo 0 >$cpu
	sleep 1
	echo 1 >$cpu
	sleep 1
done
wait $pid

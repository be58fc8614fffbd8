#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A namespace disabled at the worst moment of a request can be removed, and another
# comes in its place.
#
# That is after our look at it and before nvmet's, see ipst_ns_put(): a delay holds
# the door open.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
load_test_module ipst_test_delay function=nvmet_req_init
background run_fio --rw=randread --bs=4k --iodepth=32 --numjobs=2 --time_based \
	--runtime=3600 --continue_on_error=all --error_dump=0 --output="$tmp/fio"
sleep 1
dir=$(namespace s0)
for _ in $(rounds 20); do
	echo 0 >"$dir/enable"
	echo 1 >"$dir/enable"
done
check "I/O goes on" kill -0 "$background_pid"
stop_background "$background_pid"

# One that is never freed is still enabled, and the number is taken.
rmdir "$dir"
mkdir "$dir"
echo -n /dev/ipst-n0 >"$dir/device_path"
echo 1 >"$dir/enable"
check "the new one works" wait_for 5 read_disk

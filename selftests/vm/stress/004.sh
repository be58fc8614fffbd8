#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The namespace comes and goes, grows and shrinks, the link is pulled: under I/O.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

truncate -s 64m "$tmp/file"
make_subsystem s0 "$tmp/file"
add_device d0 mode=local num_queues=2
link_device d0 s0
enable d0
wait_disk d0
load()
{
	run_fio --rw=randrw --bsrange=4k-128k --iodepth=32 --size=32m --numjobs=2 \
		--time_based --runtime=120 --continue_on_error=all \
		--error_dump=0 --output="$tmp/fio" 2>/dev/null
}
background load
for round in $(rounds 8); do
	echo 0 >"$(namespace s0)/enable"
	echo 1 >"$(namespace s0)/enable"
	truncate -s $((40 + round % 20))m "$tmp/file"
	echo 1 >"$(namespace s0)/revalidate_size"
done
check "reads" wait_for 5 read_disk
unlink_device d0
fails_with EIO read_disk
stop_background "$background_pid"
disable d0
link_device d0 s0
enable d0
wait_disk d0
run_verify --size=32m --io_size=32m

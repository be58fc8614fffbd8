#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Disable and enable under load, again and again, either mode.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 mode=local
link_device d0 s0
for round in $(rounds 10); do
	enable d0
	wait_disk d0
	background run_fio --rw=randrw --bsrange=4k-256k --iodepth=32 --size=32m \
		--numjobs=2 --time_based --runtime=60 --output="$tmp/fio"
	check "fio is at work" wait_for 30 has_written 0
	sleep 0.$((round % 10))
	disable d0
	stop_background "$background_pid"
	is "state, round $round" "$(get_attr d0 state)" disabled
done
set_attr d0 mode vhost
for round in $(rounds 20); do
	enable d0
	exec 3<>"$(get_attr d0 chardev)"
	exec 3>&-
	disable d0
done

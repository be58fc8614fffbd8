#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Disable and "vdpa dev del" at the same time, under I/O: one wins, none hangs.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need vdpa
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 mode=local
link_device d0 s0
for round in $(rounds 8); do
	enable d0
	wait_disk d0
	background run_fio --rw=randread --bs=4k --iodepth=32 --size=32m \
		--time_based --runtime=60 --output="$tmp/fio"
	sleep 1
	disable d0 &
	disabler=$!
	vdpa dev del d0 2>/dev/null || true
	wait $disabler || true
	# On an empty disk fio would go on and on.
	stop_background "$background_pid"
	wait_for 10 has_attr d0 enable 0 || fail "round $round: enabled"
done

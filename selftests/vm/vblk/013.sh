#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unlink under I/O is a pulled drive: errors, no hang; another link repairs it.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_null ipst-n1
make_subsystem s0 /dev/ipst-n0
make_subsystem s1 /dev/ipst-n1
local_disk d0 s0
background run_fio --rw=randrw --bs=4k --time_based --runtime=120 --size=16m \
	--iodepth=16 --continue_on_error=all --error_dump=0 --output="$tmp/fio"
sleep 2

unlink_device d0
fails_with EIO read_disk
is state "$(get_attr d0 state)" live
is enable "$(get_attr d0 enable)" 1
check "logged" dmesg_has "d0 lost its subsystem ${nqn_prefix}s0"
fails_with EBUSY ln -s "$(subsystem s1)" "$devices/d0/subsystem/"
# Nothing holds what was unlinked.
rmdir "$(namespace s0)"
rmdir "$(subsystem s0)"
stop_background "$background_pid"

disable d0
link_device d0 s1
enable d0
wait_disk d0
check "works" read_disk

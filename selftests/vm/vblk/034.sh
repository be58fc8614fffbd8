#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices without I/O cause no wake-up, no work and no timer.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/idle.sh
. "$here/lib/idle.sh"

need fio python3
need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0

# Nobody there, at work for a VMM, a local disk, and one that looks for work
# a little longer.
vhost_device d0 s0
vhost_device d1 s0
close_device() { exec 3>&-; }
exec 3<>"$chardev"
at_exit close_device
mkfifo "$tmp/pipe"
exec 4<>"$tmp/pipe"
"$bin/vdpa-blk" script 3 start request 0 8 pause <&4 >/dev/null &
at_exit stop_background $!
wait_for 10 has_attr d1 state live || fail "not live"
local_disk d2 s0 busy_poll_us=1000
run_verify --size=4m
local_disk d3 s0
run_verify --size=4m

# What comes after I/O may take its time, but has to end.
sleep 2
runs=$(idle_runs)
check "they have been at work" [ "$runs" -gt 0 ]
idle_begin
sleep 5
idle_end
is "what idle devices do" "$(idle_ours)" ""
check "it is seen what others do" [ "$(idle_count .)" -gt 0 ]
is "runs of workers" "$(idle_runs)" "$runs"

# One request is seen.
idle_begin
read_disk
idle_end
check "work is seen" grep -q 'execute_start.*\[ipst_vblk\]' <(idle_ours)
check "a worker ran" [ "$(idle_runs)" -gt "$runs" ]

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pause, suspend, reset, unplug and unlink of a throttled device take no time.
#
# One request a second, and 64 that wait: who waited for them would take a minute.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl
need_helper vdpa-blk

# throttle DEVICE
throttle() { ipstctl qos set "$1" rw_iops=1 burst_ms=1 >/dev/null; }

# fast WHAT COMMAND...
fast()
{
	local began=$SECONDS

	check "$1" "${@:2}"
	echo "$1: $((SECONDS - began)) s"
	[ $((SECONDS - began)) -lt $((10 * slow)) ] || fail "$1 took its time"
}

load()
{
	background run_fio --rw=randread --bs=4k --iodepth=64 --time_based \
		--runtime=1200 >/dev/null 2>&1
	sleep 2
}

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
throttle d0
load
fast "pause" set_attr d0 paused 1
fast "resume" set_attr d0 paused 0
sleep 1
fast "disable" disable d0
stop_background "$background_pid"
# What the pause let go is paid back, a request a second: not while we wait.
ipstctl qos set d0 rw_iops=0 >/dev/null
enable d0
wait_disk d0
throttle d0
load
fast "unlink" unlink_device d0
stop_background "$background_pid"
fast "disable" disable d0
remove_device d0

vhost_device d1 s0
throttle d1
background "$bin/vdpa-blk" load "$chardev" --seconds 1000 >/dev/null 2>&1
sleep 2
kill -KILL "$background_pid"
fast "the end of its process" wait_for 20 has_ended "$background_pid"
fast "disable" disable d1

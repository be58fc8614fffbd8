#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that asks for work without end keeps no administrator waiting for it.
#
# A pause has to see the end, but can be killed, and then the device goes on; an
# unlink, a suspend that was killed and the driver's death need not see it.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

mkfifo "$tmp/pipe"
exec 4<>"$tmp/pipe"
vmm()
{
	exec 3<>"$chardev"
	"$bin/vdpa-blk" script 3 start endless pause <&4 >/dev/null &
	vmm=$!
	exec 3>&-
	wait_for 10 has_attr d0 state live || fail "not live"
	sleep 1
}

slow_device d0 num_queues=1
vmm
dd status=none of="$devices/d0/paused" <<<1 &
pausing=$!
sleep 1
check "the pause waits" ! has_ended $pausing
kill -KILL $pausing
check "it can be killed" wait_for 10 has_ended $pausing
wait $pausing 2>/dev/null || true
is "paused" "$(get_attr d0 paused)" 0
is "state" "$(get_attr d0 state)" live

background unlink_device d0
check "unlink ends" wait_for 20 has_ended "$background_pid"
kill -KILL $vmm
check "the driver ends" wait_for 20 has_ended $vmm
wait $vmm 2>/dev/null || true
check "the device is free" wait_for 10 has_attr d0 state ready
disable d0

# And the other way round: killed in mid-request.
link_device d0 d0
enable d0
chardev=$(get_attr d0 chardev)
vmm
kill -KILL $vmm
check "the driver ends" wait_for 20 has_ended $vmm
wait $vmm 2>/dev/null || true
check "the device is free" wait_for 10 has_attr d0 state ready

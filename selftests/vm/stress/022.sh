#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A queue's worker runs elsewhere while its CPU is offline, then there again.
#
# VERIFY_SECONDS says for how long, twice if it is not set.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need_helper verify-io
cpu=/sys/devices/system/cpu/cpu1/online
trace=/sys/kernel/tracing
[ -w $cpu ] || skip "cpu1 cannot go offline"
[ -d $trace/events/workqueue ] || skip "no tracepoints of workqueues"
at_exit sh -c "echo 1 >$cpu"

has_run() { [ "$(grep -c 'function vblk_queue_work' $trace/trace)" -ge 10 ]; }

# ran_on: the CPUs that work for the queue.
ran_on()
{
	echo >$trace/trace
	echo 1 >$trace/events/workqueue/workqueue_execute_start/enable
	wait_for 20 has_run || fail "no I/O"
	echo 0 >$trace/events/workqueue/workqueue_execute_start/enable
	grep 'function vblk_queue_work' $trace/trace | grep -o '\[[0-9]*\]' |
		sort -u | tr -d '[]\n'
}

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2 cpus=1
# Not faster: a single CPU has to do all else, too.
background "$bin/verify-io" --iops 200 "$disk" 0 48 16
load=$background_pid
is "at first" "$(ran_on)" 001
end_s=$((SECONDS + ${VERIFY_SECONDS:-0}))
round=0
while [ $SECONDS -lt $end_s ] || [ $round -lt 2 ]; do
	round=$((round + 1))
	echo 0 >$cpu
	is "cpu1 offline, round $round" "$(ran_on)" 000
	echo 1 >$cpu
	is "cpu1 online, round $round" "$(ran_on)" 001
done
kill "$load"
check "the data is right" wait "$load"

# Enabled while its only CPU is away: any will do.
echo 0 >$cpu
disable d0
enable d0
wait_disk d0
check "reads" read_disk
echo 1 >$cpu
check "reads" read_disk

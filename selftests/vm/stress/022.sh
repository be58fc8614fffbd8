#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A queue's worker runs elsewhere while its CPU is offline, then there again.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio
cpu=/sys/devices/system/cpu/cpu1/online
trace=/sys/kernel/tracing
[ -w $cpu ] || skip "cpu1 cannot go offline"
[ -d $trace/events/workqueue ] || skip "no tracepoints of workqueues"
at_exit sh -c "echo 1 >$cpu"

# ran_on: the CPUs that worked for the queue in the last moment.
ran_on()
{
	echo >$trace/trace
	echo 1 >$trace/events/workqueue/workqueue_execute_start/enable
	sleep 1
	echo 0 >$trace/events/workqueue/workqueue_execute_start/enable
	grep 'function vblk_queue_work' $trace/trace | grep -o '\[[0-9]*\]' |
		sort -u | tr -d '[]\n'
}

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2 cpus=1
background run_verify --size=48m --time_based --runtime="${VERIFY_SECONDS:-12}"
verify=$background_pid
sleep 1
is "at first" "$(ran_on)" 001
for round in 1 2; do
	echo 0 >$cpu
	is "cpu1 offline, round $round" "$(ran_on)" 000
	echo 1 >$cpu
	is "cpu1 online, round $round" "$(ran_on)" 001
done
check "the data is right" wait "$verify"

# Enabled while its only CPU is away: any will do.
echo 0 >$cpu
disable d0
enable d0
wait_disk d0
check "reads" read_disk
echo 1 >$cpu
check "reads" read_disk

# shellcheck shell=bash disable=SC2154 # lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# idle.sh: what runs while nothing should. Sourced, after lib.sh.
#
#   idle_begin		record wake-ups, work items and timers from here on
#   idle_end		until here
#   idle_count PATTERN	how many lines of that match
#   idle_ours		what of it is due to ipst, or to what it sits between
#   idle_runs		of all workers of all devices, by their own count

idle_trace=/sys/kernel/tracing/instances/ipst-idle
idle_events=(
	workqueue/workqueue_queue_work workqueue/workqueue_execute_start
	timer/timer_expire_entry timer/hrtimer_expire_entry sched/sched_wakeup
)
# Functions are shown with their module; the modules have no threads of their
# own but the work queue's rescuer.
idle_modules='ipst|ipst_vblk|nvmet|vdpa|virtio_vdpa|vhost|vhost_iotlb|vhost_vdpa'
idle_pattern="\[($idle_modules|virtio_blk|null_blk)\]"
idle_pattern+='|workqueue=ipst|comm=kworker/R-ipst'

idle_begin()
{
	local event

	if [ ! -d $idle_trace ]; then
		mkdir $idle_trace || return
		at_exit rmdir $idle_trace
		echo 0 >$idle_trace/tracing_on
		for event in "${idle_events[@]}"; do
			echo 1 >"$idle_trace/events/$event/enable"
		done
	fi
	: >$idle_trace/trace
	echo 1 >$idle_trace/tracing_on
}

idle_end() { echo 0 >$idle_trace/tracing_on; }
idle_count() { grep -v '^#' $idle_trace/trace | grep -cE "$1" || true; }
idle_ours() { grep -E "$idle_pattern" $idle_trace/trace || true; }

idle_runs()
{
	ynl --dump stats-get | sed "s/'/\"/g" | python3 -c 'import json, sys
print(sum(m["runs"] for m in json.load(sys.stdin) if "queue" not in m))'
}

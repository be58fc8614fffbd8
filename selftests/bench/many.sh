#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 64 devices: time to make them, memory, and CPU and wake-ups while idle.
# vm: --mem 4G --timeout 900

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
# shellcheck source=../lib/idle.sh
. "$here/lib/idle.sh"

count=64
idle_s=10
need python3
need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
modprobe -a vhost_vdpa virtio_vdpa virtio_blk
# Free pages that wait in the lists of a CPU would look like used ones.
echo 100000 >/proc/sys/vm/percpu_pagelist_high_fraction

# devices VERB COUNT [ATTRIBUTE=VALUE]...: their times into $tmp/times.
devices()
{
	"$here/bench/devices.py" "$1" "$(subsystem s0)" "${@:2}" >"$tmp/times"
}

# times KEY WHAT: of the devices just made or removed.
times()
{
	sort -n "$tmp/times" | awk '{ t[NR] = $1; sum += $1 }
		END { printf "%d %d %d\n", t[int((NR + 1) / 2)], t[NR], sum / 1000 }' \
		>"$tmp/sum"
	read -r median max all_ms <"$tmp/sum"
	metric "$1_median_us" "$median" us "$2, one device, median"
	metric "$1_max_us" "$max" us "$2, one device, slowest"
	metric "$1_all_ms" "$all_ms" ms "$2, all $count"
}

# Sets used: kB not available, slab, vmalloc, percpu; means of five looks.
look_at_memory()
{
	local i

	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	for i in {1..5}; do
		cat /proc/meminfo
		sleep 0.2
	done | awk '{ kb[$1] += $2 / 5 }
		END { printf "%d %d %d %d\n", -kb["MemAvailable:"], kb["Slab:"],
			kb["VmallocUsed:"], kb["Percpu:"] }' >"$tmp/memory"
	read -r -a used <"$tmp/memory"
}

# grow [ATTRIBUTE=VALUE]...: sets grown_kb to what $count such devices take, in
# the order of $used. They stay.
grow()
{
	local before i

	look_at_memory
	before=("${used[@]}")
	devices add $count "$@"
	look_at_memory
	grown_kb=()
	for i in {0..3}; do
		grown_kb[i]=$((used[i] - before[i]))
	done
}

# cost [ATTRIBUTE=VALUE]...: sets kb, for $count devices which then go again.
cost()
{
	progress "memory: $*"
	grow "$@"
	kb=${grown_kb[0]}
	devices remove $count
}

memory()
{
	local q1 q8 e2 e1024

	metric device_kb "$(ratio "${grown_kb[0]}" $count)" kB \
		"memory of an idle device ($queues queues of $entries)"
	metric device_slab_kb "$(ratio "${grown_kb[1]}" $count)" kB "of that, slab"
	metric device_vmalloc_kb "$(ratio "${grown_kb[2]}" $count)" kB \
		"of that, vmalloc"
	metric device_percpu_kb "$(ratio "${grown_kb[3]}" $count)" kB \
		"of that, percpu"
	devices remove $count
	times remove "remove (vhost)"
	cost num_queues=1
	q1=$kb
	cost num_queues=8
	q8=$kb
	cost num_queues=1 queue_size=2
	e2=$kb
	cost num_queues=1 queue_size=1024
	e1024=$kb
	metric queue_kb "$(ratio $((q8 - q1)) $((7 * count)))" kB \
		"memory of one more queue of $entries"
	metric entry_bytes "$(ratio $(((e1024 - e2) * 1024)) $((1022 * count)))" B \
		"memory of one more entry of a queue"
	metric base_kb "$(ratio $((8 * q1 - q8)) $((7 * count)))" kB \
		"memory of a device without its queues"
}

# Time that tasks ran, in ns, of all CPUs.
task_ns() { awk '/^cpu/ { sum += $8 } END { printf "%.0f\n", sum }' /proc/schedstat; }

# idle KEY WHAT: nothing at all should happen, for $idle_s.
idle()
{
	local before ours runs after

	progress "idle: $2"
	sleep 5
	runs=$(idle_runs)
	sleep 1
	idle_begin
	before=$(task_ns)
	sleep $idle_s
	after=$(task_ns)
	idle_end
	ours=$(idle_ours | tee "$tmp/ours" | wc -l)
	sed 's/^/    /; 8q' "$tmp/ours"
	metric "$1_wakeups" "$ours" "" "$2: wake-ups, work and timers by ipst"
	metric "$1_runs" $(($(idle_runs) - runs)) "" "$2: runs of its workers"
	metric "$1_cpu_us_per_s" $(((after - before) / 1000 / idle_s)) us/s \
		"$2: CPU time of all tasks of the machine"
	metric "$1_all_wakeups" "$(idle_count sched_wakeup)" "" \
		"$2: wake-ups of all tasks, in $idle_s s"
}

# A driver for each of the devices, DRIVER_OK and a request done.
start_drivers()
{
	local i

	mkfifo "$tmp/pipe"
	exec 4<>"$tmp/pipe"
	for i in $(seq 0 $((count - 1))); do
		exec 3<>"$(get_attr d"$i" chardev)"
		"$bin/vdpa-blk" script 3 start request 0 8 pause <&4 >/dev/null &
		drivers+=($!)
	done
	exec 3>&-
	for i in $(seq 0 $((count - 1))); do
		wait_for 30 has_attr d"$i" state live || fail "d$i is not live"
	done
}

stop_drivers()
{
	kill "${drivers[@]}"
	wait "${drivers[@]}" || true
}

drivers=()
add_device d0
link_device d0 s0
enable d0
queues=$(get_attr d0 num_queues)
entries=$(get_attr d0 queue_size)
remove_device d0
idle none "no device"

progress "make $count for a VMM"
grow
times add "make (vhost)"
memory

progress "make $count local disks"
grow mode=local
times add_local "make (local)"
metric local_kb "$(ratio "${grown_kb[0]}" $count)" kB \
	"memory of an idle local disk, /dev/vdX included"
idle local "$count local disks"
devices remove $count
times remove_local "remove (local)"

progress "start $count drivers"
devices add $count
start_drivers
idle live "$count devices with a driver (vhost)"
stop_drivers
devices remove $count

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A group's limit is shared by weight, 1:2:4; what one leaves goes to the others.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/qos.sh
. "$here/lib/qos.sh"
need fio
need_ipstctl

# shares WHAT PART...: each of the three gets so much of all that they get, which a
# busy machine may make less.
shares()
{
	local i rates=() total

	sleep 2
	qos_sample "${disks[@]}"
	sleep 10
	for i in 0 1 2; do
		rates[i]=$(qos_rate $i writes)
	done
	echo "$1: ${rates[*]} writes a second"
	total="(${rates[0]} + ${rates[1]} + ${rates[2]}) / ($2 + $3 + $4)"
	for i in 0 1 2; do
		holds "${rates[i]} > ${*:i + 2:1} * 0.95 * $total &&
			${rates[i]} < ${*:i + 2:1} * 1.05 * $total" ||
			fail "$1: d$i has ${rates[i]} a second"
	done
}

part=$((50 / slow))
ipstctl group add tenant >/dev/null
at_exit quiet ipstctl group del tenant --if-exists
ipstctl qos set --group tenant rw_iops=$((7 * part)) burst_ms=1000 >/dev/null
make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
disks=()
loads=()
for i in 0 1 2; do
	local_disk d$i s0
	disks+=("$disk")
	ipstctl qos set d$i group=tenant weight=$((100 << i)) >/dev/null
	# After a stall of the machine a second's burst goes at once: by weight,
	# if each has as much as that waiting.
	qos_load "$disk" --rw=randwrite --bs=4k --iodepth=256
	loads+=("$background_pid")
done
shares "1:2:4" 1 2 4
fails_with EBUSY rmdir $conf/ipst/groups/tenant

ipstctl qos set d2 rw_iops=$part burst_ms=1000 >/dev/null
shares "d2 has one part enough" 2 4 1

# Out of the group it has what it likes; nobody else has more than before.
ipstctl qos set d1 group= rw_iops=$((3 * part)) burst_ms=1000 >/dev/null
shares "d1 has left" 6 3 1

for pid in "${loads[@]}"; do
	stop_background "$pid"
done
for i in 0 1 2; do
	remove_device d$i
done
check "an empty group goes" rmdir $conf/ipst/groups/tenant

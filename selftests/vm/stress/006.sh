#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Thirty-two devices are made, used and removed, in either mode.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
for i in {1..32}; do
	if [ $((i % 2)) = 0 ]; then
		local_disk d"$i" s0 num_queues=2
		check "disk $i" read_disk
	else
		vhost_device d"$i" s0 num_queues=2
	fi
done
is "devices on the bus" "$(find /sys/bus/vdpa/devices/ -mindepth 1 | wc -l)" 32
for i in {1..32}; do
	is "state of $i" "$(get_attr d"$i" state)" \
		"$([ $((i % 2)) = 0 ] && echo live || echo ready)"
done

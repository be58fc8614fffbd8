#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A remote NVMe/TCP namespace becomes a local disk, and data survives the trip.
#
# The bytes are looked at on the storage node too, behind the network.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need fio nvme ip

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
node_connect "$nqn"
at_exit node_disconnect "$nqn"
make_subsystem s0 "$(node_dev "$nqn")"
local_disk d0 s0
is "the capacity" "$(size_mb)" 64
is "the serial" "$(cat "/sys/block/${disk##*/}/serial")" \
	"$(tr -d - <"$(namespace s0)/device_uuid" | cut -c1-20)"

head -c 1M /dev/urandom >"$tmp/data"
dd if="$tmp/data" of="$disk" bs=64k oflag=direct status=none
check "the node has it" cmp -n 1048576 "$tmp/data" "/dev/$(node_backing "$nqn" 1)"
run_verify --size=64M --runtime=10 --time_based

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A storage node that dies during I/O and comes back costs time, not data.
#
# Meanwhile a disk on another backend works, and attributes can be read.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need fio nvme ip

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M

node_connect "$nqn" 0
at_exit node_disconnect "$nqn"
make_null ipst-n0
make_subsystem s0 "$(node_dev "$nqn")"
make_subsystem s1 /dev/ipst-n0
local_disk d1 s1
other=$disk
local_disk d0 s0

background run_verify --size=48M --time_based --runtime=20
verify=$background_pid
sleep 3
node_kill
at_exit node_revive
sleep 6
check "fio still waits" kill -0 "$verify"
is "state" "$(timeout 5 cat "$devices/d0/state")" live
check "another disk works" timeout 10 dd if="$other" of=/dev/null bs=4k \
	count=64 iflag=direct status=none
node_revive
check "fio ends well" wait "$verify"

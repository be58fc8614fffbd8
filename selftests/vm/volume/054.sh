#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A target that comes back with another namespace of the same number is refused.
#
# The kernel's initiator sends on what it has held back before it asks who is
# there, so a few requests can get to the other disk, and then none. How many
# they were is printed.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip python3
need_ipstctl

start_paths
ipstctl volume add v0 "$(node_sources "$nqn" 0)"
make_device d0 --volume v0
disk=$(json device d0 disk)
background fio --name=writes --filename="$disk" --direct=1 --thread --rw=randwrite \
	--bs=4k --size=32M --time_based --runtime=600 --allow_file_create=0
fio=$background_pid
sleep 2

node_kill
node_swap "$nqn"
node_revive
check "fio gets an error" ! wait "$fio"
is_missing() { [ "$(json volume v0 state)" = missing ]; }
other_writes() { awk '{ print $5 }' /sys/block/ipst-swapped/stat; }
check "the volume is gone" wait_for 20 is_missing
before=$(other_writes)
echo "writes until the other disk was refused: $before"
sleep 3
check "writing fails" ! dd if=/dev/zero of="$disk" bs=4k count=1 oflag=direct status=none
is "writes to the other disk since" "$(other_writes)" "$before"

# Nor is it taken when it is asked for again.
refuses 1 "another namespace" volume add v0 "$(node_sources "$nqn" 0)"
ipstctl device del d0
ipstctl volume del v0
uuid=$(node_uuid "$nqn")
refuses 1 "no namespace with UUID $uuid" \
	volume add v1 "$(node_sources "$nqn" 0)?uuid=$uuid"
check "nothing is connected" ! is_connected "$nqn"

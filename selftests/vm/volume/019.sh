#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl follow passes on that a disk has grown: while it ran, while it did not,
# or while the storage node was away; its user goes on.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/grow.sh
. "$here/lib/grow.sh"

# grows_to MB: the device too; its layers take as much as they did.
grows_to() { wait_for 30 has_mb $(($1 - taken)); }

start_follow()
{
	background ipstctl -j follow >>"$tmp/follow"
	follow=$background_pid
}

start_growing 64M
ipstctl volume add v0 "nvme+tcp://$(node_addr 0)/$nqn" \
	--encrypt "luks2:file:$tmp/key" --format
make_device d0 --volume v0
disk=$(json device d0 disk)
taken=$((64 - $(size_mb)))
background run_verify --offset=8m --size=24m --time_based --runtime=600
fio=$background_pid

start_follow
grow 80
check "as it runs" grows_to 80
check "it tells" wait_for 10 grep -q '"event":"resized","name":"v0","size":' "$tmp/follow"
tail -n 1 "$tmp/follow" >"$tmp/line"
check "JSON is as its schema says" "$here/../tools/ipstctl/test/check-schema" --strict \
	"$here/../tools/ipstctl/output.schema.json#following" "$tmp/line"

kill "$follow"
check "it ends well" wait "$follow"
grow 96
sleep 2
check "nobody passes it on" [ "$(size_mb)" -lt $((96 - taken)) ]
start_follow
check "the next one does" grows_to 96

node_link_down 0
grow 112
sleep 10
is "nothing waits for a dead volume" "$(timeout 5 ipstctl volume del other --if-exists)" \
	"volume other absent"
node_link_up 0
check "when it is back" grows_to 112

check "its user goes on" kill -0 "$fio"
stop_background "$fio"
check "follow, too" kill -0 "$follow"

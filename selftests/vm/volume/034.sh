#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With ipstctl follow, ports of the target become paths and vanish again by themselves.
#
# I/O goes on. Of a volume that is gone, nothing stays connected.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need fio ip python3

nqn=${node_prefix}a
start_node
node_export "$nqn" 64M
# A port without a subsystem is none, and then no service either.
node_export "${node_prefix}other" 16M
at_exit ipstctl volume del v0 --if-exists
at_exit ipstctl volume del v1 --if-exists
ipstctl volume add v0 --discover "${services[@]}" --uuid "$(node_uuid "$nqn")"
start_follow 2
disk=$(json volume v0 disk)

background run_verify --size=48M --time_based --runtime=30
verify=$background_pid
for link in 1 0; do
	node_unlisten "$nqn" $link
	soon_has_paths v0 $((1 - link))
	check "its connection is gone" wait_for 10 has_connections 1
	node_listen "$nqn" $link
	soon_has_paths v0 0 1
done
check "fio ends well" wait "$verify"
for word in path_dropped path_added path_connected; do
	check "it tells" grep -q "volume v0 $word: 10.77.1.2 port 4420" "$tmp/follow"
done

# Never the last one.
node_unlisten "$nqn" 1
soon_has_paths v0 0
node_unlisten "$nqn" 0
sleep 3
is "paths that are known" "$(volume_paths v0 | wc -l)" 1
node_listen "$nqn"
soon_has_paths v0 0 1

# What others add is followed, too; what nobody needs is closed.
node_export "$nqn" 16M null_blk 2
ipstctl volume add v1 --discover "${services[0]}" --uuid "$(node_uuid "$nqn" 2)"
ipstctl volume del v0
check "a service less" wait_for 20 has_services 1
ipstctl volume del v1
check "nothing is left" wait_for 20 nothing_is_connected

# shellcheck shell=bash disable=SC2034,SC2154 # for tests; node_*: node.sh
# SPDX-License-Identifier: GPL-2.0
#
# grow.sh: words for tests of a disk that grows at its storage node. Sourced, after
# lib.sh, layers.sh and node.sh.
#
#   $nqn		the disk's subsystem
#   start_growing SIZE	a node that exports it
#   grow MB		at the node, which tells its hosts
#   grow_base MB		grow, until this machine has seen it
#   has_mb MB		$disk has, at least

need nvme ip

nqn=${node_prefix}layers

start_growing()
{
	start_node
	node_export "$nqn" "$1" file
	at_exit ipstctl volume del v0 --if-exists
	make_key key
}

grow()
{
	truncate -s "$1M" "$node_run/$(node_backing "$nqn" 1)"
	echo 1 >"$node_nvmet/subsystems/$nqn/namespaces/1/revalidate_size"
}

base_mb() { echo $(($(blockdev --getsize64 "$(node_dev "$nqn")") >> 20)); }
base_is() { [ "$(base_mb)" = "$1" ]; }

grow_base()
{
	grow "$1"
	wait_for 20 base_is "$1" || fail "the disk has $(base_mb) MB"
}

has_mb() { [ "$(size_mb)" -ge "$1" ]; }

# shellcheck shell=bash disable=SC2034,SC2154 # for tests; node_*: node.sh
# SPDX-License-Identifier: GPL-2.0
#
# grow.sh: words for tests of a disk that grows at its storage node. Sourced, after
# lib.sh, layers.sh and node.sh.
#
#   $nqn		the disk's subsystem; start_growing exports it, of 64 MB
#   grow MB		at the node, which tells its hosts
#   has_mb MB		$disk has, at least

need nvme ip

nqn=${node_prefix}layers

start_growing()
{
	start_node
	node_export "$nqn" 64M file
	at_exit ipstctl volume del v0 --if-exists
	make_key key
}

grow()
{
	truncate -s "$1M" "$node_run/$(node_backing "$nqn" 1)"
	echo 1 >"$node_nvmet/subsystems/$nqn/namespaces/1/revalidate_size"
}

has_mb() { [ "$(size_mb)" -ge "$1" ]; }

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who looks at volumes while a connection is made anew, does the kernel no harm.
#
# The kernel's attribute "address" is not safe to read then: it is done without.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need ip python3
need_ipstctl

# look TIMES: what asks for all that is told of paths.
look()
{
	local i

	for ((i = 0; i < $1; i++)); do
		ipstctl -j volume paths v0 >/dev/null || return
	done
}

reset_paths()
{
	local ctrl

	while :; do
		for ctrl in /sys/class/nvme/nvme*; do
			echo 1 >"$ctrl/reset_controller" || true
		done 2>/dev/null
	done
}

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
at_exit ipstctl volume del v0 --if-exists
# shellcheck disable=SC2046 # two words
ipstctl volume add v0 $(node_sources "$nqn")
for ctrl in /sys/class/nvme/nvme*; do
	mount --bind /dev/null "$ctrl/address"
	at_exit umount "$(realpath "$ctrl")/address"
done
background reset_paths
look 30 &
check "one looks" look 30
check "another one" wait $!
stop_background "$background_pid"
for link in 0 1; do
	check "path $link is back" wait_for 20 path_is v0 $link live
done

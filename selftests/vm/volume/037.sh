#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A volume add --discover, killed before each change, leaves nothing that is not repaired.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need ip python3
need_helper kill_nth.so

# Looked into in vain, before the right one.
nqns=("${node_prefix}a" "${node_prefix}b")
start_node
for nqn in "${nqns[@]}"; do
	node_export "$nqn" 16M
done
at_exit ipstctl volume del v0 --if-exists
add=(ipstctl volume add v0 --discover "${services[@]}"
	--uuid "$(node_uuid "${node_prefix}b")")

killed=0
for ((n = 1; n < 40; n++)); do
	rc=0
	LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$n "${add[@]}" >/dev/null 2>&1 || rc=$?
	[ $rc != 0 ] || break
	is "status of the killed" $rc 137
	killed=$((killed + 1))
	if [ $((n % 2)) = 0 ]; then
		quiet "${add[@]}"
		check "add repairs" wait_for 20 has_paths v0 0 1
		check "nothing else is connected" has_connections 2
	fi
	quiet ipstctl volume del v0 --if-exists
	check "del closes all" has_connections 0
done
echo "killed $killed times"
check "that was often enough" [ $killed -gt 8 ]

# Connections to services that were killed with it end with the service.
for nqn in "${nqns[@]}"; do
	node_unlisten "$nqn"
done
lose_path 0
lose_path 1
check "nothing is left" wait_for 20 nothing_is_connected

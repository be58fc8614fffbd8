#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A volume is found by its namespace's UUID, and gets all paths to it.
#
# Of what was looked into in vain nothing stays connected.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need ip python3

a=${node_prefix}a
b=${node_prefix}b
start_node
node_export "$a" 16M
node_export "$b" 16M
node_export "$b" 32M null_blk 2
uuid=$(node_uuid "$b" 2)
at_exit ipstctl volume del v0 --if-exists

refuses 2 "discover needs --uuid" volume add v0 --discover "${services[@]}"
refuses 2 "bad uuid" volume add v0 --discover "${services[@]}" --uuid 1
refuses 1 "none of 2 subsystems .* UUID 6f1d7d2a" volume add v0 --discover \
	"${services[@]}" --uuid 6f1d7d2a-8d0e-4b0c-9a53-0a1b2c3d4e5f
check "nothing is left connected" nothing_is_connected
refuses 1 "there is no volume v0" volume show v0

ipstctl volume add v0 --discover "${services[@]}" --uuid "$uuid"
check "both paths are used" wait_for 20 has_paths v0 0 1
check "nothing else is connected" has_connections 2
is "connections to services" "$(connections discovery)" 0
is "the subsystem" "$(json volume v0 subsys_nqn)" "$b"
is "nsid" "$(json volume v0 nsid)" 2
is "size" "$(json volume v0 size)" $((32 << 20))
is "UUID" "$(json volume v0 uuid) $(json volume v0 uuid_origin)" "$uuid namespace"

is "the same again" "$(ipstctl volume add v0 --discover "${services[@]}" \
	--uuid "$uuid")" "volume v0 unchanged: $(json volume v0 disk)"
refuses 1 "exists with another SOURCE" volume add v0 --discover "${services[0]}" \
	--uuid "$uuid"
# A path that was lost comes back.
lose_path 1
is "after a loss" "$(ipstctl volume add v0 --discover "${services[@]}" \
	--uuid "$uuid")" "volume v0 connected again: $(json volume v0 disk)"
check "both are there again" wait_for 20 has_paths v0 0 1
ipstctl volume del v0
check "nothing is left at the end" nothing_is_connected

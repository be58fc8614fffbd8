#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Volumes that were discovered survive save, clear and apply; two share connections.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need ip python3

nqn=${node_prefix}a
start_node
at_exit ipstctl clear --yes
node_export "$nqn" 16M
node_export "$nqn" 16M null_blk 2
node_export "${node_prefix}b" 16M

ipstctl volume add v0 --discover "${services[@]}" --uuid "$(node_uuid "$nqn")"
ipstctl volume add v1 --discover "${services[@]}" --uuid "$(node_uuid "$nqn" 2)"
check "they share two connections" has_connections 2
ipstctl volume del v0
check "the other one keeps them" wait_for 20 has_paths v1 0 1
ipstctl volume add v0 --discover "${services[@]}" --uuid "$(node_uuid "$nqn")"
refuses 1 "shares its subsystem with volume v0, which has another ctrl-loss" \
	volume add v2 --discover "${services[0]}" --uuid "$(node_uuid "$nqn")" --ctrl-loss 60

ipstctl save "$tmp/state"
check "a source is an address and a UUID" grep -q \
	"nvme+tcp://10.77.0.2:4420/nqn.2014-08.org.nvmexpress.discovery?uuid=$(node_uuid "$nqn")" \
	"$tmp/state"
applies "" "$tmp/state"
quiet ipstctl clear --yes
check "nothing is left" nothing_is_connected
applies "+ volume v0
+ volume v1" "$tmp/state"
check "v0 is back" wait_for 20 has_paths v0 0 1
check "v1 is back" wait_for 20 has_paths v1 0 1
check "the state is the same" diff "$tmp/state" <(ipstctl save)
ipstctl volume del v0
check "v1 goes on" wait_for 20 has_paths v1 0 1
ipstctl volume del v1
check "the last one closes them" nothing_is_connected

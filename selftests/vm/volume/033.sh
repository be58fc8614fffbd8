#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One discovery service that answers is enough; none is, if the paths are known.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need ip python3

nqn=${node_prefix}a
uuid=$(node_uuid "$nqn")
start_node
node_export "$nqn" 16M
at_exit ipstctl volume del v0 --if-exists

# On port 9 nobody listens.
refuses 1 "10.77.0.2 port 9 refuses connections" volume add v0 --discover 10.77.0.2:9 \
	--uuid "$uuid"
check "nothing is left" nothing_is_connected
refuses 1 "there is no volume" volume show v0

ipstctl volume add v0 --discover 10.77.0.2:9 "${services[@]}" --uuid "$uuid" 2>"$tmp/err"
check "it says so" grep -q "warning: volume v0: not all is known" "$tmp/err"
check "by the others" wait_for 20 has_paths v0 0 1
ipstctl volume del v0

# A port's service goes with its last subsystem; here the other port is known.
node_referral 0 10.77.1.2
ipstctl volume add v0 --discover "${services[0]}" --uuid "$uuid"
check "two paths" wait_for 20 has_paths v0 0 1
node_unlisten "$nqn" 0
lose_path 0
lose_path 1
ipstctl volume add v0 --discover "${services[0]}" --uuid "$uuid" 2>"$tmp/err"
check "one path is enough" wait_for 20 has_paths v0 1
check "it says why" grep -q "no discovery service answers; the paths known are used" \
	"$tmp/err"
check "it says what is missing" grep -q "v0 is without its path to 10.77.0.2 port 4420" \
	"$tmp/err"
node_listen "$nqn" 0
ipstctl volume add v0 --discover "${services[0]}" --uuid "$uuid"
check "both are back" wait_for 20 has_paths v0 0 1

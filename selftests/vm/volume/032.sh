#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Referrals are followed, each service is asked once, and loops of them end.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need ip python3

nqn=${node_prefix}a
start_node
node_export "$nqn" 16M
node_referral 0 10.77.1.2
both="$nqn 10.77.0.2:4420 10.77.0.2:4420
$nqn 10.77.1.2:4420 10.77.1.2:4420"

is "by a referral" "$(discovered 10.77.0.2:4420)" "$both"
node_referral 1 10.77.0.2
node_referral 1 10.77.1.2
is "in a circle" "$(discovered 10.77.0.2:4420)" "$both"
# One that leads nowhere costs its part of the answer only.
node_referral 0 10.77.0.2 9
ipstctl volume discover 10.77.0.2:4420 >"$tmp/out" 2>"$tmp/err"
is "what is known" "$(awk 'NR > 1 { print $2 }' "$tmp/out" | sort | xargs)" \
	"10.77.0.2 10.77.1.2"
check "it says why" grep -q "10.77.0.2 port 9 refuses connections" "$tmp/err"
check "it says that" grep -q "not all is known" "$tmp/err"
check "nothing is left" nothing_is_connected

at_exit ipstctl volume del v0 --if-exists
ipstctl volume add v0 --discover "${services[0]}" --uuid "$(node_uuid "$nqn")"
check "both paths by one service" wait_for 20 has_paths v0 0 1

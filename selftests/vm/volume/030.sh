#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# volume discover lists all that a discovery service tells, and leaves nothing connected.
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

is "what port 0 tells" "$(discovered 10.77.0.2:4420)" \
	"$a 10.77.0.2:4420 10.77.0.2:4420
$b 10.77.0.2:4420 10.77.0.2:4420"
ipstctl -j volume discover 10.77.1.2:4420 >"$tmp/json"
check "JSON is as its schema says" "$here/../tools/ipstctl/test/check-schema" --strict \
	"$here/../tools/ipstctl/output.schema.json#discovered" "$tmp/json"
check "nothing is left" nothing_is_connected

# Only to hosts that may use it.
echo 0 >"$node_nvmet/subsystems/$b/attr_allow_any_host"
mkdir "$node_nvmet/hosts/nqn.2026-11.org.example:host"
at_exit rmdir "$node_nvmet/hosts/nqn.2026-11.org.example:host"
ln -s "$node_nvmet/hosts/nqn.2026-11.org.example:host" \
	"$node_nvmet/subsystems/$b/allowed_hosts/"
at_exit rm "$node_nvmet/subsystems/$b/allowed_hosts/nqn.2026-11.org.example:host"
is "what is told to others" "$(discovered 10.77.0.2:4420)" \
	"$a 10.77.0.2:4420 10.77.0.2:4420"
check "a host NQN may be given" grep -q "$b" <(ipstctl volume discover 10.77.0.2:4420 \
	--host-nqn nqn.2026-11.org.example:host)

refuses 1 "10.77.0.2 port 8009 refuses connections" volume discover 10.77.0.2
refuses 1 "nowhere.invalid has no address" volume discover nowhere.invalid
refuses 2 "bad port" volume discover 10.77.0.2:0
refuses 2 "without brackets" volume discover fe80::1
check "nothing is left by errors" nothing_is_connected

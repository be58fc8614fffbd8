#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A volume by IPv6, by address, by name and by discovery; and beside a path by
# IPv4, of which either may be lost.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
# shellcheck source=../../lib/discovery.sh
. "$here/lib/discovery.sh"
need fio ip python3
[ -d /proc/sys/net/ipv6 ] || skip "this kernel has no IPv6"

start_paths
node_add_ipv6
node_listen "$nqn" 2
addr=$(node_addr 2)

ipstctl volume add v0 "$(node_sources "$nqn" 2)"
check "the path" has_paths v0 2
is "its UUID" "$(json volume v0 uuid)" "$(node_uuid "$nqn")"
ipstctl volume del v0

echo "$addr node.example" | cat /etc/hosts - >"$tmp/hosts"
mount --bind "$tmp/hosts" /etc/hosts
at_exit umount /etc/hosts
ipstctl volume add v0 "nvme+tcp://node.example/$nqn"
check "the path of a name" has_paths v0 2
ipstctl volume del v0

is "discovery" "$(discovered "[$addr]:4420")" "$nqn $addr:4420 [$addr]:4420"
ipstctl volume add v0 --discover "[$addr]:4420" --uuid "$(node_uuid "$nqn")"
check "the path it tells of" has_paths v0 2
ipstctl volume del v0
check "nothing is left" nothing_is_connected

# shellcheck disable=SC2046 # two words
ipstctl volume add v0 $(node_sources "$nqn" 0 2)
make_device d0 --volume v0
disk=$(json device d0 disk)
start_verify
for link in 0 2; do
	node_cut port $link
	check "the loss is noticed ($link)" wait_for 30 path_is_not v0 $link live
	sleep 1
	node_heal port $link
	check "the path is back ($link)" wait_for 30 path_is v0 $link live
done
stop_verify

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# I/O follows the ANA states of its paths, and each policy uses them as it says.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip python3
need_ipstctl

start_paths
add_paths --io-policy round-robin

ana_is() { [ "$(path_value v0 "$1" ana_state)" = "$2" ]; }

ios_over() { awk '{ print $1 + $5 }' /sys/block/nvme*c"$(ctrl_number "$1")"n*/stat; }
ctrl_number() { path_value v0 "$1" ctrl | tr -dc 0-9; }

# Over which there is I/O now.
paths_used()
{
	local before0 before1 used=

	before0=$(ios_over 0)
	before1=$(ios_over 1)
	sleep 1
	[ "$(ios_over 0)" = "$before0" ] || used=0
	[ "$(ios_over 1)" = "$before1" ] || used="${used:+$used }1"
	echo "$used"
}

start_verify
is "paths used at first" "$(paths_used)" "0 1"
while read -r link state used; do
	node_ana "$link" "$state"
	check "path $link is $state" wait_for 10 ana_is "$link" "$state"
	sleep 0.5
	is "paths used, path $link $state" "$(paths_used)" "$used"
done <<'END'
0 non-optimized 1
1 non-optimized 0 1
0 inaccessible 1
0 optimized 0
1 inaccessible 0
1 optimized 0 1
END
stop_verify
is "the policy" "$(path_value v0 0 io_policy)" round-robin

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One of two paths breaks, in each way there is, and comes back: no I/O error.
#
# Both are in use, so that it hits I/O. What a request waited at most is printed,
# for the table in the admin guide.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need fio ip tc ss python3
need_ipstctl

start_paths
add_paths --io-policy round-robin

for way in link silence port reset; do
	start_verify
	sleep 1
	node_cut $way 0
	[ $way = reset ] || check "the loss is noticed ($way)" \
		wait_for 30 path_is_not v0 0 live
	node_heal $way 0
	check "the path is back ($way)" wait_for 30 path_is v0 0 live
	stop_verify
	echo "$way: a request waited $(longest_wait) s"
done

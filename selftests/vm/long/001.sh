#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A path that comes and goes every 2 s for 2 minutes costs no error and no data.

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

start_verify
for ((i = 0; i < 30; i++)); do
	way=$([ $((i % 2)) = 0 ] && echo port || echo reset)
	node_cut "$way" 0
	sleep 2
	node_heal "$way" 0
	sleep 2
done
check "the path is back" wait_for 30 path_is v0 0 live
stop_verify
echo "a request waited $(longest_wait) s"

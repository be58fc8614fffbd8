#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl follow counts reconnects; killing it costs nothing, ending it closes its own.
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
at_exit ipstctl volume del v0 --if-exists
ipstctl volume add v0 --discover "${services[@]}" --uuid "$(node_uuid "$nqn")"
start_follow 2
wait_for 20 test -s /run/ipst/paths.json
refuses 1 "another ipstctl follow runs" follow
is_lost() { volume_paths v0 | grep "10.77.$1.2" | grep -qv live; }
has_reconnects() { [ "$(reconnects "$1")" -ge "$2" ]; }
for count in 1 2; do
	node_link_down 1
	# The kernel takes up to 7.5 s, and 2 s for each queue.
	check "a lost path shows" wait_for 60 is_lost 1
	node_link_up 1
	check "it comes back" wait_for 60 has_paths v0 0 1
	check "it is counted" wait_for 10 has_reconnects 1 $count
done
check "of the other path there are fewer" [ "$(reconnects 0)" -lt "$(reconnects 1)" ]

kill -KILL "$follow_pid"
wait "$follow_pid" || true
check "paths stay" wait_for 20 has_paths v0 0 1
ipstctl volume discover 10.77.0.2:4420 >/dev/null
check "services stay" has_services 2
start_follow 2 -j
sleep 2
check "a new one uses them" has_services 2
check "and counts on" has_reconnects 1 2

# A path that is lost for good is connected again.
count=$(reconnects 1)
lose_path 1
soon_has_paths v0 0 1
check "that is one more" wait_for 10 has_reconnects 1 $((count + 1))
grep path_connected "$tmp/follow" | tail -n 1 >"$tmp/line"
check "JSON is as its schema says" "$here/../tools/ipstctl/test/check-schema" --strict \
	"$here/../tools/ipstctl/output.schema.json#following" "$tmp/line"
kill "$follow_pid"
check "it ends well" wait "$follow_pid"
check "its own are closed" has_services 0
check "the paths are not" wait_for 20 has_paths v0 0 1

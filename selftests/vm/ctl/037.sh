#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: many at once, and each finds a state that makes sense.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need python3

make_null ipst-v0
make_null ipst-v1
document "$(volume v0)" '{ "name": "g0" }' "$(device d0 v0)" >"$tmp/a"
document "$(volume v0), $(volume v1)" '{ "name": "g0" }' \
	"$(device d0 v0 '"qos": { "group": "g0" }'), $(device d1 v1)" >"$tmp/b"

pids=()
for _ in $(rounds 4); do
	for doc in a b; do
		ipstctl apply "$tmp/$doc" >/dev/null &
		pids+=($!)
		ipstctl save "$tmp/save-$doc" &
		pids+=($!)
		ipstctl device add d2 --type virtio-blk >/dev/null &
		pids+=($!)
	done
done
for pid in "${pids[@]}"; do
	check "each succeeds" wait "$pid"
done
check "a save is whole" python3 -m json.tool "$tmp/save-b" "$tmp/json"
ipstctl apply "$tmp/b" >/dev/null
applies "" "$tmp/b"
applies "- device d2" "$tmp/b" --prune

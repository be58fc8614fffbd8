#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl apply and clear: killed wherever they are, the same again finishes.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need python3
need_helper kill_nth.so

# killed N COMMAND...: false when it came to its end.
killed()
{
	! LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$1 ipstctl "${@:2}" >/dev/null 2>&1
}

make_null ipst-v0
make_null ipst-v1
document "$(volume v0)" '{ "name": "g0", "qos": { "rw_iops": 1000 } }' \
	"$(device d0 v0 '"serial": "s", "qos": { "group": "g0", "r_bps": 1000000 }')" \
	>"$tmp/a"
document "$(volume v0), $(volume v1)" '{ "name": "g0" }' \
	"$(device d0 v1 '"queue_size": 64, "serial": "s", "paused": true')" >"$tmp/b"

# From nothing: after each kill all is made, and taken away by one killed, too.
for ((n = 1; n < 80; n++)); do
	killed $n apply "$tmp/a" || break
	ipstctl apply "$tmp/a" >/dev/null
	applies "" "$tmp/a" --prune
	is "state" "$(json device d0 state)" live
	killed $n clear --yes || true
	ipstctl clear --yes >/dev/null
	is "what is left" "$(ipstctl save | grep name || true)" ""
done
check "it was killed often" [ $n -gt 15 ]
echo "apply: $((n - 1)) places"

# From one document to the other, and back.
for ((n = 1; n < 80; n++)); do
	ipstctl device detach d0 >/dev/null
	killed $n apply "$tmp/b" --prune || break
	ipstctl apply "$tmp/b" --prune >/dev/null
	applies "" "$tmp/b" --prune
	ipstctl device detach d0 >/dev/null
	killed $n apply "$tmp/a" --prune || true
	ipstctl apply "$tmp/a" --prune >/dev/null
	applies "" "$tmp/a" --prune
done
check "it was killed often" [ $n -gt 10 ]
echo "change: $((n - 1)) places"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl apply and clear with an nvme-tcp device: killed wherever they are, the same
# again finishes.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/export.sh
. "$here/lib/export.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need_helper kill_nth.so

# killed N COMMAND...: false when it came to its end.
killed()
{
	! LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$1 ipstctl "${@:2}" >/dev/null 2>&1
}

# item LISTEN ALLOW VOLUMES
item()
{
	printf '{ "name": "e0", "type": "nvme-tcp", "listen": ["%s"], %s, "volumes": [%s] }' \
		"$1" "$2" "$3"
}

make_null ipst-v0
make_null ipst-v1
before=$(nvmet_facts)
vols="$(volume v0), $(volume v1)"
document "$vols" "" "$(item 127.0.0.1 '"allow_any": true' '"v0"')" >"$tmp/a"
document "$vols" "" "$(item 127.0.0.2 "\"allow_hosts\": [\"$host_nqn\"]" '"v1"')" >"$tmp/b"

for ((n = 1; n < 90; n += 2)); do
	killed $n apply "$tmp/a" || break
	ipstctl apply "$tmp/a" >/dev/null
	applies "" "$tmp/a" --prune
	killed $n clear --yes || true
	ipstctl clear --yes >/dev/null
	is "what is left" "$(nvmet_facts)" "$before"
done
check "it was killed often" [ $n -gt 15 ]

# From one document to the other, and back.
for ((n = 1; n < 60; n += 2)); do
	killed $n apply "$tmp/b" || break
	ipstctl apply "$tmp/b" >/dev/null
	applies "" "$tmp/b"
	ipstctl apply "$tmp/a" >/dev/null
	applies "" "$tmp/a"
done
check "it was killed often" [ $n -gt 9 ]

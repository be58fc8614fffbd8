#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl apply beside a device in use: it goes on, and what it could not stand
# is refused before anything is done.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need fio python3

for v in v0 v1 v2; do
	make_null ipst-$v
done
vols="$(volume v0), $(volume v1)"
document "$vols" "" "$(device d0 v0), $(device d1 v1)" >"$tmp/a"
ipstctl apply "$tmp/a" >/dev/null
disk=$(json device d0 disk)
background run_verify --size=32m --time_based --runtime=20
fio=$background_pid

# Limits in place, another device anew, an extra one kept, then pruned.
ipstctl device add extra --type virtio-blk
d0=$(device d0 v0 '"qos": { "rw_bps": "100M", "group": "g0" }')
document "$vols" '{ "name": "g0" }' "$d0, $(device d3 v1)" >"$tmp/b"
applies "+ group g0
~ device d0 qos.rw_bps: 0 -> 100000000
~ device d0 qos.group: none -> g0
+ device d3" "$tmp/b"
is "d0" "$(json device d0 state)" live
applies "- device d1
- device extra" "$tmp/b" --prune
applies "" "$tmp/b" --prune
check "the group is in use" ! ipstctl group del g0 2>/dev/null

document "$vols" "" "$(device d0 v0 '"queue_size": 64')" >"$tmp/c"
apply_refuses "device d0 is in use, and its queue_size" "$tmp/c"
document "$vols" "" "$(device d0 v1), $(device d9 v1)" >"$tmp/c"
apply_refuses "device attach d0 VOLUME --replace" "$tmp/c"
document "$vols" "" "$(device d9 v1), $(device d0 "")" >"$tmp/c"
apply_refuses "\"\" is empty" "$tmp/c"
document '{ "name": "v0", "sources": ["/dev/ipst-v2"] }' "" "$(device d0 v0)" >"$tmp/c"
apply_refuses "volume v0 cannot change" "$tmp/c"
check "fio is still at work" kill -0 "$fio"

# Not in use: detached, changed, attached.
ipstctl device detach d3
document "$vols" '{ "name": "g0" }' \
	"$d0, $(device d3 v1 '"queue_size": 64')" >"$tmp/c"
applies "~ device d3 volume: none -> v1
~ device d3 queue_size: 256 -> 64" "$tmp/c"
is "d3" "$(json device d3 state)" live
ipstctl qos clear d0
applies "~ device d0 qos.rw_bps: 0 -> 100000000" "$tmp/c"
check "all data is right" wait "$fio"

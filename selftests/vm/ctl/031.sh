#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl save, clear, apply: all comes back, and a second apply does nothing.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need python3

make_null ipst-v0
make_null ipst-v1
modprobe vhost_vdpa
ipstctl volume add v0 /dev/ipst-v0
ipstctl volume add v1 /dev/ipst-v1 --uuid 11111111-2222-3333-4444-555555555555
ipstctl group add g0
ipstctl qos set --group g0 rw_bps=1G
ipstctl device add d0 --type virtio-blk --volume v0 --local --queues 2 \
	--serial "S 1" --busy-poll-us 7 --deep-cpus 1
ipstctl device add d1 --type virtio-blk --volume v1 --read-only --queue-size 64
ipstctl device add d2 --type virtio-blk
ipstctl qos set d0 group=g0 weight=7 rw_iops=100k burst_ms=20
ipstctl device pause d0

ipstctl save "$tmp/state"
is "its mode" "$(stat -c %a "$tmp/state")" 600
check "the schema" "$here/../tools/ipstctl/test/check-schema" \
	"$here/../tools/ipstctl/state.schema.json" "$tmp/state"
applies "" "$tmp/state" --prune
ipstctl clear >"$tmp/cleared" </dev/null
is "what clear tells" "$(tr '\n' ' ' <"$tmp/cleared")" \
	"- device d0 - device d1 - device d2 - group g0 - volume v0 - volume v1 "
is "what is left" "$(ipstctl device show; ipstctl group show; ipstctl volume show)" ""

all="+ volume v0
+ volume v1
+ group g0
+ device d0
+ device d1
+ device d2"
applies "$all" "$tmp/state" --dry-run
is "after a dry run" "$(ipstctl device show; ipstctl volume show)" ""
applies "$all" "$tmp/state"
check "all is back" diff "$tmp/state" <(ipstctl save -)
is "state of d0" "$(json device d0 state)" live
is "still paused" "$(get_attr d0 paused)" 1
is "no volume" "$(json device d2 state)" disabled
applies "" "$tmp/state"
is "as JSON" "$(ipstctl -j apply "$tmp/state" | tr -d '\n')" "[]"
ipstctl device resume d0
applies "~ device d0 paused: false -> true" "$tmp/state"

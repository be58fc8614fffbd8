#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own ynl drives each operation on statistics and events.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/ynl.sh
. "$here/lib/ynl.sh"
need python3

# The socket of a child of it is there; it subscribes right away.
listens() { awk '$2 == 16 { print $3 }' /proc/net/netlink | grep -qxF "$(pgrep -P "$1")"; }

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
ynl --subscribe events --sleep $((8 * slow)) >"$tmp/events" &
listener=$!
check "it listens" wait_for 20 listens $listener
sleep "$slow"
local_disk d0 s0
read_disk
add_device d1

ops=$(ynl --list-ops)
for op in device-get stats-get hist-get; do
	check "$op" grep -qE "^$op .*(do, dump|dump, do)" <<<"$ops"
done
for op in device-get stats-get; do
	is "$op" "$(ynl --do $op --json '{"name": "d0"}' | get 'd["name"]')" d0
done
is "hist-get" "$(ynl --do hist-get --json '{"name": "d0", "op": "read"}' |
	get 'd["name"], d["op"]')" "('d0', 'read')"
is "empty" "$(ynl --do hist-get --json '{"name": "d0", "op": "discard"}' |
	get '"bucket" in d')" False
is "stats: keys" "$(ynl --do stats-get --json '{"name": "d0"}' | get 'all(k in d for k in
	("kicks", "poll-hits", "poll-misses", "ring-errors", "parked", "throttled",
	 "throttled-ns"))')" True
is "a dump of devices" "$(ynl --dump device-get |
	get 'sorted(e["name"] for e in d)')" "['d0', 'd1']"
is "a dump of statistics" "$(ynl --dump stats-get | get '{e["name"] for e in d}')" \
	"{'d0'}"
is "a dump of histograms" "$(ynl --dump hist-get |
	get '[(e["name"], e["op"]) for e in d]')" "[('d0', 'read')]"
ynl --do hist-reset --json '{"name": "d0"}'
is "after a reset" "$(ynl --dump hist-get | get d)" "[]"

refuses_do "no such device" hist-get '{"name": "d2", "op": "read"}'
refuses_do "no such device" hist-reset '{"name": "d2"}'
refuses_do "not enabled" hist-get '{"name": "d1", "op": "read"}'
refuses_do "not enabled" hist-reset '{"name": "d1"}'
refuses_do "not enabled" stats-get '{"name": "d1"}'
refuses_do "fewer queues" stats-get '{"name": "d0", "queue": 63}'
refuses_do "" hist-get '{"name": "d0"}'
refuses_do "" hist-get '{"op": "read"}'
refuses_do "" hist-reset '{}'

wait $listener
is "events" "$(get '[(e["name"], e["msg"]["event"], e["msg"]["name"]) for e in d][:1]' \
	<"$tmp/events")" "[('device-event', 'created', 'd0')]"
is "live" "$(get 'any(e["msg"]["event"] == "state-changed" and
	e["msg"]["state"] == "live" for e in d)' <"$tmp/events")" True

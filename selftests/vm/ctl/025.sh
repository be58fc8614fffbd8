#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl monitor: lines of text, paths of volumes, and what it does when flooded.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/monitor.sh
. "$here/lib/monitor.sh"
need nvme ip setpriv python3
need_ipstctl

time='^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}'
# What comes while the socket is still full is lost as well.
after_is_told()
{
	mkdir "$devices/after"
	rmdir "$devices/after"
	said "$time device after gone\$"
}

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
at_exit ipstctl volume del v0 --if-exists
at_exit ipstctl device del d0 --if-exists
ipstctl volume add v0 "nvme+tcp://$(node_addr 0)/$nqn"

# shellcheck disable=SC2119 # in text
start_monitor
ipstctl device add d0 --type virtio-blk --volume v0 --local
says "$time device d0 created\$"
says "$time device d0 state_changed: live\$"

# The path is lost, and comes back.
node_unlisten "$nqn"
says "$time volume v0 path_changed: $(node_addr 0) port 4420 is connecting, optimized\$"
node_listen "$nqn"
wait_for 30 said "$time volume v0 path_changed: .* is live, optimized\$" || fail "not back"
ipstctl device del d0
says "$time device d0 gone\$"
check "nothing else" ! grep -vE "$time (device|volume) [^ ]+ [a-z_]+(: .*)?\$" \
	"$tmp/monitor"

# It was stopped while more happened than the socket can hold.
kill -STOP "$(pgrep -P "$monitor_pid" || echo "$monitor_pid")"
for _ in 1 2 3; do
	mkdir "$devices"/flood{0..499}
	rmdir "$devices"/flood{0..499}
done
kill -CONT "$(pgrep -P "$monitor_pid" || echo "$monitor_pid")"
says "$time device \* events_lost"
check "it goes on" wait_for 20 after_is_told
stop_background "$monitor_pid"

# Anybody may listen; JSON lines are objects.
: >"$tmp/monitor"
chmod 711 "$tmp"
background setpriv --reuid=65534 --clear-groups "$here/../tools/ipstctl/ipstctl" \
	-j monitor >"$tmp/json"
until [ -s "$tmp/json" ]; do
	mkdir "$devices/after"
	rmdir "$devices/after"
	sleep 0.2
done
python3 -c 'import datetime, json, sys
for line in open(sys.argv[1]):
    event = json.loads(line)
    datetime.datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert event["event"] in ("created", "gone"), event
    assert event["name"] == "after" and event["state"] == "disabled", event' "$tmp/json"

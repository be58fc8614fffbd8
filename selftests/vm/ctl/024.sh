#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each thing that happens to a device is told, once, and in order.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/monitor.sh
. "$here/lib/monitor.sh"
need python3
need_ipstctl
need_helper vdpa-blk

# told DEVICE: its events so far, states and sizes with them.
told()
{
	python3 - "$1" "$tmp/monitor" <<'EOF'
import json, sys
for line in open(sys.argv[2]):
    e = json.loads(line)
    if e["name"] != sys.argv[1]:
        continue
    print(e["event"], {"state_changed": e["state"],
                       "capacity_changed": e.get("size")}.get(e["event"], ""))
EOF
}

# expects DEVICE LINE...: these events come, and no others. Then it begins anew.
expects()
{
	local device=$1

	shift
	printf '%s\n' "$@" >"$tmp/expected"
	wait_for 5 cmp -s "$tmp/expected" <(told "$device" | sed 's/ $//') || true
	diff "$tmp/expected" <(told "$device" | sed 's/ $//') ||
		fail "other events (>) than expected (<)"
	: >"$tmp/monitor"
}

script() { "$bin/vdpa-blk" script 3 "$@"; }

truncate -s 64M "$tmp/file"
make_subsystem s0 "$tmp/file"
start_monitor -j
add_device d0
link_device d0 s0
enable d0
expects d0 created "state_changed ready"

# By its driver.
exec 3<>"$(get_attr d0 chardev)"
mkfifo "$tmp/pipe"
exec 4<>"$tmp/pipe"
"$bin/vdpa-blk" script 3 start pause <&4 &
driver=$!
wait_for 10 has_attr d0 state live || fail "not live"
script suspend
script resume
script status 0
kill $driver
wait $driver || true
exec 3>&-
expects d0 "state_changed live" "state_changed suspended" "state_changed live" \
	"state_changed ready"
exec 3<>"$(get_attr d0 chardev)"
"$bin/vdpa-blk" script 3 start break pause <&4 &
driver=$!
wait_for 10 has_attr d0 state needs_reset || fail "a broken ring is not seen"
is "ring errors" "$(ynl --do stats-get --json '{"name": "d0"}' |
	python3 -c 'import json, sys; print(json.load(sys.stdin)["ring-errors"])')" 1
kill $driver
wait $driver || true
exec 3>&-
expects d0 "state_changed live" "state_changed needs_reset" "state_changed ready"

# By the administrator.
set_attr d0 paused 1
set_attr d0 paused 1
set_attr d0 paused 0
expects d0 paused resumed
truncate -s 80M "$tmp/file"
echo 1 >"$(namespace s0)/revalidate_size"
says capacity_changed
expects d0 "capacity_changed $((80 << 20))"
echo 0 >"$(namespace s0)/enable"
says namespace_gone
check "logged" dmesg_has "d0: namespace 1 is gone"
echo 1 >"$(namespace s0)/enable"
says namespace_back
check "logged" dmesg_has "d0: namespace 1 is back"
expects d0 namespace_gone namespace_back
set_attr d0 paused 1
unlink_device d0
disable d0
expects d0 paused namespace_gone resumed "state_changed disabled"
rmdir "$devices/d0"
expects d0 gone

# A local driver starts by itself.
local_disk d1 s0
disable d1
says '"state": *"disabled"'
check "live on the way" grep -q "state_changed live" <(told d1)

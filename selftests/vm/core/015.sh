#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counters tell, for each queue and in sum, what was done; so do trace events.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need python3 blkdiscard
tracing=/sys/kernel/tracing
events=$tracing/events/ipst_vblk

# count EXPRESSION JSON: of the answer d, and of its operations by name.
count()
{
	python3 -c 'import json, sys
d = json.loads(sys.argv[2])
op = {o["op"]: o for o in d.get("op", [])}
print(eval(sys.argv[1]))' "$1" "$2"
}

stats() { ynl --do stats-get --json "$1"; }

make_test_disk block_bytes=512
make_subsystem s0 /dev/ipst-test
add_device d0 mode=local num_queues=2
link_device d0 s0
check "disabled" ! stats '{"name": "d0"}'
enable d0
wait_disk d0
before=$(stats '{"name": "d0"}')
is "writes at first" "$(count '"write" in op' "$before")" False

echo 1 >"$events/enable"
at_exit eval "echo 0 >$events/enable; : >$tracing/trace"
for cpu in 0 1; do
	taskset -c $cpu dd if=/dev/zero of="$disk" bs=64k count=10 \
		oflag=direct status=none
done
blkdiscard -o 1M -l 1M "$disk"
set_attr d0 paused 1
set_attr d0 paused 0
echo 0 >"$events/enable"

# The sum, and each of the queues.
dump=$(ynl --dump stats-get | sed "s/'/\"/g")
is "messages" "$(python3 -c 'import json, sys; print(len(json.loads(sys.argv[1])))' \
	"$dump")" 3
message() { python3 -c 'import json, sys
print(json.dumps(json.loads(sys.argv[1])[int(sys.argv[2])]))' "$dump" "$1"; }
all=$(message 0)
is "writes" "$(count 'op["write"]["count"], op["write"]["bytes"]' "$all")" \
	"(20, $((20 << 16)))"
is "discards" "$(count 'op["discard"]["count"], op["discard"]["bytes"]' \
	"$all")" "(1, $((1 << 20)))"
is "errors" "$(count 'sum(o["errors"] for o in op.values())' "$all")" 0
is "in flight" "$(count 'd["in-flight"]' "$all")" 0
check "time passed" [ "$(count 'op["write"]["ns"]' "$all")" -gt 20000 ]
check "interrupts" [ "$(count 'd["signals"]' "$all")" -gt 0 ]
for queue in 0 1; do
	is "queue and writes" "$(count 'd["queue"], op["write"]["count"]' \
		"$(message $((queue + 1)))")" "($queue, 10)"
done
check "no third queue" ! stats '{"name": "d0", "queue": 2}'

for event in vblk_fetch vblk_submit vblk_complete; do
	check "traced: $event" [ "$(grep -c ": $event: d0 " $tracing/trace)" -ge 21 ]
done
is "traced: park" "$(grep -c ': vblk_park: d0 queue=[01] paused' $tracing/trace)" 2
check "traced: what" grep -q 'vblk_fetch: d0 .* DISCARD' $tracing/trace

# What fails counts as such.
unlink_device d0
dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none 2>/dev/null ||
	true
check "errors" [ "$(count 'op["read"]["errors"]' "$(stats '{"name": "d0"}')")" -gt 0 ]

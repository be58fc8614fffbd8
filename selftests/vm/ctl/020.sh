#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counters and histograms agree with each other and with what was done.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3 blkdiscard

# figures DEVICE: "op count bytes hist" for each kind of request, then counters.
figures()
{
	local op

	ynl --do stats-get --json "{\"name\": \"$1\"}" >"$tmp/stats"
	for op in read write flush discard; do
		ynl --do hist-get --json "{\"name\": \"$1\", \"op\": \"$op\"}"
	done >"$tmp/hists"
	python3 - "$tmp/stats" "$tmp/hists" <<'EOF'
import json, sys
stats = json.load(open(sys.argv[1]))
ops = {o["op"]: o for o in stats.get("op", [])}
for line in open(sys.argv[2]):
    hist = json.loads(line)
    op = ops.get(hist["op"], {"count": 0, "bytes": 0, "ns": 0})
    buckets = hist.get("bucket", [])
    low = sum(b["count"] << b["exponent"] for b in buckets)
    assert low <= op["ns"] < max(2 * low, 1), (op, buckets)
    assert [b["exponent"] for b in buckets] == sorted(b["exponent"] for b in buckets)
    print(hist["op"], op["count"], op["bytes"], sum(b["count"] for b in buckets))
for key in "kicks", "poll-hits", "poll-misses", "ring-errors", "parked", "throttled":
    print(key, stats[key])
EOF
}

# grown WORD FIELD: from before to after.
grown()
{
	echo $(($(awk -v w="$1" -v f="$2" '$1 == w { print $f }' "$tmp/after") -
		$(awk -v w="$1" -v f="$2" '$1 == w { print $f }' "$tmp/before")))
}

make_null ipst-n0 discard=1 cache_size=4
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2 busy_poll_us=200

figures d0 >"$tmp/before"
quiet run_fio --rw=write --bs=8k --io_size=2400k --size=16m --end_fsync=1
quiet run_fio --rw=randread --bs=4k --io_size=2000k --size=16m --iodepth=8
blkdiscard -f -o 1M -l 1M "$disk"
figures d0 >"$tmp/after"
for op in "read 500 $((500 << 12))" "write 300 $((300 << 13))" \
	"discard 1 $((1 << 20))"; do
	read -r name count bytes <<<"$op"
	is "$name: count" "$(grown "$name" 2)" "$count"
	is "$name: bytes" "$(grown "$name" 3)" "$bytes"
	is "$name: histogram" "$(grown "$name" 4)" "$count"
done
check "flushes" [ "$(grown flush 2)" -gt 0 ]
is "flushes: histogram" "$(grown flush 4)" "$(grown flush 2)"
check "kicks" [ "$(grown kicks 2)" -gt 0 ]
check "no more kicks than requests" [ "$(grown kicks 2)" -le \
	$(($(grown read 2) + $(grown write 2) + $(grown flush 2) + $(grown discard 2))) ]
check "polls" [ $(($(grown poll-hits 2) + $(grown poll-misses 2))) -gt 0 ]
for name in ring-errors parked throttled; do
	is "$name" "$(awk -v w=$name '$1 == w { print $2 }' "$tmp/after")" 0
done

# Without busy_poll_us nobody polls. What is disabled starts anew.
disable d0
set_attr d0 busy_poll_us 0
enable d0
wait_disk d0
read_disk
figures d0 >"$tmp/after"
for name in poll-hits poll-misses; do
	is "$name" "$(awk -v w=$name '$1 == w { print $2 }' "$tmp/after")" 0
done
is "writes" "$(awk '$1 == "write" { print $2 }' "$tmp/after")" 0

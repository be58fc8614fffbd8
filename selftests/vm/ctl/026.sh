#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl stats and hist: text, JSON and Prometheus tell the same.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3 script
need_ipstctl

# value EXPRESSION: of the JSON d on standard input.
value() { python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"; }

make_volume v0
make_device d0 --volume v0 --queues 2
make_device d1
disk=$(json device d0 disk)
quiet run_fio --rw=write --bs=8k --io_size=2400k --size=16m

ipstctl stats d0 >"$tmp/text"
check "text: the name" grep -qx d0 "$tmp/text"
check "text: writes" grep -qE '^  write +300 +0 +2\.34 MiB +[0-9.]+ (us|ms)$' "$tmp/text"
check "text: counters" grep -qE '^  in_flight 0, parked 0, throttled 0, ring_errors 0$' \
	"$tmp/text"
check "80 columns" ! grep -qE '.{81}' "$tmp/text"
is "without a name" "$(ipstctl stats | head -n 1)" d0
is "JSON" "$(ipstctl -j stats d0 | value \
	'[(o["count"], o["bytes"], o["errors"]) for o in d[0]["ops"] if o["op"] == "write"]')" \
	"[(300, $((300 << 13)), 0)]"
is "queues" "$(ipstctl -j stats d0 --queues | value '[e["queue"] for e in d]')" "[0, 1]"
is "queues sum up" "$(ipstctl -j stats d0 --queues | value \
	'sum(o["count"] for e in d for o in e["ops"] if o["op"] == "write")')" 300
# Later readings are what was done in between.
timeout $((3 * slow)) ipstctl -j stats d0 --interval 1 >"$tmp/lines" || true
is "the first" "$(head -n 1 "$tmp/lines" | value 'd[0]["ops"][-1]["count"]')" 300
is "the second" "$(sed -n 2p "$tmp/lines" | value 'd[0]["ops"][-1]["count"]')" 0

ipstctl hist d0 --op write >"$tmp/hist"
check "hist: the head" grep -qE '^d0 write: 300 requests, 50 % < .*, 99\.9 % < ' \
	"$tmp/hist"
is "hist: rows" "$(awk 'NR > 1 { n += $6 } END { print n }' "$tmp/hist")" 300
check "hist: bars" grep -qE '% #{36}$' "$tmp/hist"
check "hist: 80 columns" ! grep -qE '.{81}' "$tmp/hist"
is "hist: JSON" "$(ipstctl -j hist d0 --op write | value \
	'sum(b["count"] for b in d[0]["buckets"])')" 300

ipstctl stats --format prometheus >"$tmp/prometheus"
python3 "$here/lib/prometheus.py" <"$tmp/prometheus" >"$tmp/samples"
for sample in 'ipst_requests_total{device="d0",op="write"} 300' \
	'ipst_request_bytes_total{device="d0",op="write"} 2.4576e+06' \
	'ipst_request_duration_seconds_count{device="d0",op="write"} 300' \
	'ipst_device_live{device="d0"} 1' 'ipst_device_live{device="d1"} 0' \
	'ipst_polls_total{device="d0",result="hit"} 0'; do
	check "prometheus" grep -qxF "$sample" "$tmp/samples"
done
ipstctl stats d0 --queues --format prometheus | python3 "$here/lib/prometheus.py" |
	grep -q '^ipst_kicks_total{device="d0",queue="1"}' || fail "prometheus: queues"

is "reset" "$(ipstctl hist d0 --reset)" "hist d0 reset"
is "empty" "$(ipstctl hist d0)" ""
is "empty, asked for" "$(ipstctl hist d0 --op write)" "d0 write: no requests"
is "counters stay" "$(ipstctl -j stats d0 | value 'd[0]["ops"][-1]["count"]')" 300

refuses 1 "no device d1 that is enabled" stats d1
refuses 1 "no device d2 that is enabled" hist d2
refuses 2 "usage" stats d0 --interval 0
refuses 2 "usage" stats d0 --interval 1x
refuses 2 "usage" stats d0 --format xml
refuses 2 "usage" stats --format prometheus --interval 1
refuses 2 "usage" hist
refuses 2 "write_zeroes" hist d0 --op writing
refuses 2 "leave --op out" hist d0 --op write --reset

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl top: the busiest device first; text when piped; a terminal is restored.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3 script
need_ipstctl

make_volume v0
make_volume v1
make_device idle --volume v1
make_device busy --volume v0
disk=$(json device busy disk)
background quiet run_fio --rw=randread --bs=4k --iodepth=8 --size=32m --time_based \
	--runtime=900
wait_for 30 has_read 500

ipstctl top --count 2 --interval 1 >"$tmp/top"
is "tables" "$(grep -c '^DEVICE ' "$tmp/top")" 2
is "the busiest first" "$(awk '$1 == "DEVICE" { getline; print $1 }' "$tmp/top" | uniq)" \
	busy
is "the idle one" "$(awk '$1 == "idle" { print $2, $3, $4, $5, $8, $9 }' "$tmp/top" |
	uniq)" "0 0 0.0 0.0 0.0 0%"
check "reads" [ "$(awk '$1 == "busy" { print $2; exit }' "$tmp/top")" -gt 0 ]
check "depth" grep -q yes <(awk '$1 == "busy" && $8 > 0 { print "yes" }' "$tmp/top")
check "80 columns" ! grep -qE '.{81}' "$tmp/top"
check "no escapes" ! grep -q $'\033' "$tmp/top"

ipstctl -j top --count 1 --interval 1 | python3 -c 'import json, sys
rows = json.loads(sys.stdin.readline())
assert [r["name"] for r in rows] == ["busy", "idle"], rows
assert rows[0]["r_iops"] > 0 == rows[0]["w_iops"], rows
assert abs(rows[0]["r_bps"] - 4096 * rows[0]["r_iops"]) < 1, rows
assert rows[1]["latency_ns"] == rows[1]["depth"] == 0, rows'

# On a terminal, in its place, until q.
cat >"$tmp/session" <<'EOF'
stty rows 10 cols 80
stty -g >"$TMP/before"
ipstctl top --interval 0.5
echo "status $?" >"$TMP/status"
stty -g >"$TMP/after"
EOF
export TMP=$tmp
{ sleep $((4 * slow)); printf q; sleep "$slow"; } |
	script -qec "bash $tmp/session" /dev/null >"$tmp/screen"
is "it ended" "$(cat "$tmp/status")" "status 0"
check "the terminal's modes" cmp "$tmp/before" "$tmp/after"
check "the other screen" grep -q $'\033\\[?1049h' "$tmp/screen"
check "and back" grep -q $'\033\\[?1049l' "$tmp/screen"
check "drawn in its place" grep -q $'\033\\[H' "$tmp/screen"

# A signal restores it as well.
sed -i 's/^ipstctl top/timeout --foreground -s INT 3 &/' "$tmp/session"
: | script -qec "bash $tmp/session" /dev/null >"$tmp/screen" || true
check "the terminal's modes" cmp "$tmp/before" "$tmp/after"
check "and back" grep -q $'\033\\[?1049l' "$tmp/screen"
refuses 2 "usage" top --count 0
refuses 2 "usage" top d0

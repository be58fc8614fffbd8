#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Histograms are reset under load: counters lose nothing, later I/O counts again.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3 setpriv

# sum WHAT: of the device's reads, in the counters or in the histogram.
sum()
{
	case $1 in
	count)	ynl --do stats-get --json '{"name": "d0"}' ;;
	hist)	ynl --do hist-get --json '{"name": "d0", "op": "read"}' ;;
	esac | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(sum(b["count"] for b in d.get("bucket", [])) if "op" not in d or
      isinstance(d["op"], str) else
      sum(o["count"] for o in d["op"] if o["op"] == "read"))'
}

reset() { ynl --do hist-reset --json '{"name": "d0"}' >/dev/null; }

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
read_disk
before=$(sum count)
check "not for everybody" ! setpriv --reuid=65534 --clear-groups --inh-caps=-all \
	"$BASH" -c "$(declare -f ynl reset); here=$here; reset" 2>/dev/null
is "nothing was reset" "$(sum hist)" "$before"

fio --name=test --filename="$disk" --direct=1 --ioengine=io_uring --thread \
	--rw=randread --bs=4k --size=16m --iodepth=16 --time_based --runtime=15 \
	--output-format=json --output="$tmp/fio" &
fio=$!
resets=0
while ! has_ended $fio; do
	reset
	resets=$((resets + 1))
done
wait $fio
done=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["jobs"][0]["read"]["total_ios"])' "$tmp/fio")
check "resets" [ $resets -gt 1 ]
check "all are counted" [ $(($(sum count) - before)) -ge "$done" ]

check "a part of all" [ "$(sum hist)" -lt "$(sum count)" ]
reset
is "empty" "$(sum hist)" 0
quiet run_fio --rw=randread --bs=4k --size=16m --io_size=400k
is "later ones" "$(sum hist)" 100
disable d0
check "disabled" ! reset

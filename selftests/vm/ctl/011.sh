#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# attach --replace under load: no errors, no lost data, then the new size.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3
need_ipstctl


make_volume v0
make_volume v1
make_volume v2 size=96
make_device d0 --volume v0
disk=$(json device d0 disk)
is "the same volume" "$(ipstctl device attach d0 v0 --replace)" \
	"device d0 unchanged: $disk"
check "without --replace" ! ipstctl device attach d0 v1 2>/dev/null

# Both are empty: it does not matter which of them is read.
background quiet run_fio --rw=randread --bs=4k --rate_iops=500 \
	--time_based --runtime=8
reader=$background_pid
for v in v1 v0 v1 v0; do
	is "replace" "$(ipstctl device attach d0 $v --replace)" \
		"device d0 replaced: $disk"
	is "the volume" "$(json device d0 volume)" $v
	is "its UUID" "$(json device d0 uuid)" "$(json volume $v uuid)"
done
check "no errors" wait $reader

background run_verify --size=32m --time_based --runtime=10
fio=$background_pid
sleep 2
ipstctl device pause d0
dd if=/dev/ipst-v0 of=/dev/ipst-v2 bs=1M iflag=direct oflag=direct status=none
before=$(ios ipst-v0)
ipstctl device attach d0 v2 --replace
is "still paused" "$(json device d0 paused)" True
is "size while paused" "$(size_mb)" 64
ipstctl device resume d0
check "the new size" wait_for 10 [ "$(size_mb)" = 96 ]
check "all data is right" wait $fio
is "I/O on the old volume" "$(ios ipst-v0)" "$before"
check "I/O on the new one" [ "$(ios ipst-v2)" -gt 0 ]
ipstctl volume del v0

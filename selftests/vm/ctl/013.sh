#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# attach --replace: whatever write fails, the guest goes on with the old volume.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio python3
need_ipstctl
need_helper kill_nth.so

# replace N: the Nth write of it fails.
replace()
{
	LD_PRELOAD=$bin/kill_nth.so FAIL_NTH=$1 \
		ipstctl device attach d0 v1 --replace >"$tmp/out" 2>&1
}

make_volume v0
make_volume v1
make_device d0 --volume v0
disk=$(json device d0 disk)
facts d0 >"$tmp/facts"
background run_verify --size=32m --rate_iops=300 \
	--time_based --runtime=15
fio=$background_pid

# The record and the pause come first: when they fail nothing is to be undone.
undone=0
for ((n = 1; n < 20; n++)); do
	! replace $n || break
	! grep -q "all steps are undone" "$tmp/out" || undone=$((undone + 1))
	check "as before" diff "$tmp/facts" <(facts d0)
done
is "writes that failed" $n 9
is "steps that were undone" $undone 6
is "the volume at last" "$(json device d0 volume)" v1
check "all data is right" wait $fio

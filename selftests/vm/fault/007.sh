#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests of which the backend fails one in ten end in I/O errors: none is lost,
# none hangs, and what was read is what was written.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
[ -d $fault_debug/fail_make_request ] || skip "no fail_make_request"
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2

fail=$fault_debug/fail_make_request
at_exit sh -c "echo 0 >$fail/probability; echo 0 >/sys/block/ipst-n0/make-it-fail"
echo 0 >$fail/verbose
echo 10 >$fail/probability
echo -1 >$fail/times
echo 1 >/sys/block/ipst-n0/make-it-fail

# Whatever fails is told, and does not end the load.
run_fio --rw=randrw --bsrange=4k-256k --blockalign=4k --iodepth=32 --numjobs=2 \
	--size=32m --offset_increment=32m --time_based --runtime=20 \
	--continue_on_error=io --output-format=json --output="$tmp/fio" \
	--verify=crc32c --verify_backlog=64 --verify_fatal=1 || true
errors=$(python3 -c 'import json, sys
print(json.load(sys.stdin)["jobs"][0]["total_err"])' <"$tmp/fio")
check "some requests failed ($errors)" [ "$errors" -gt 0 ]
is "state" "$(get_attr d0 state)" live

echo 0 >$fail/probability
run_verify --size=32m --io_size=32m

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
need_helper verify-io
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

# Not fio, which verifies blocks whose write failed for what that write was to leave.
background "$bin/verify-io" --may-fail "$disk" 0 64 32 >"$tmp/load"
load=$background_pid
sleep $((20 * ${STRESS:-1}))
kill "$load" 2>/dev/null || true
wait "$load" || fail "$(<"$tmp/load")"
errors=$(sed -n 's/.*reads, \([0-9]*\) errors/\1/p' "$tmp/load")
check "some requests failed ($errors)" [ "$errors" -gt 0 ]
is "state" "$(get_attr d0 state)" live

echo 0 >$fail/probability
run_verify --size=32m --io_size=32m

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What limits cost: instructions of the CPU for a read of 4 KiB, fio included.
# vm: --icount --count OUT/count --timeout 1200

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"

limit() { ipstctl qos set "$@" >/dev/null; }

need_ipstctl
high=1000000000
backing=null_blk
make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
without_scheduler
run_reads no-limit
limit d0 rw_iops=$high
run_reads one-limit
limit d0 r_iops=$high w_iops=$high rw_bps=${high}000 r_bps=${high}000 w_bps=${high}000
run_reads six-limits
mkdir "$conf/ipst/groups/g0"
at_exit rmdir "$conf/ipst/groups/g0"
at_exit ipstctl qos set d0 group=
limit --group g0 rw_iops=$high
limit d0 group=g0
run_reads six-and-group
limit d0 rw_iops=5000 group=
window_ms=5000 run_row held-to-5000 randread 4096 32 1 1
limit d0 rw_iops=0 r_iops=0 w_iops=0 rw_bps=0 r_bps=0 w_bps=0
run_reads limits-lifted
rows_end

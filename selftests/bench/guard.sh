#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A few rows of io, for scripts/bench --guard; three times each, of which the best
# counts: what else happens in a window can only add to it.
# vm: --icount --count OUT/count --timeout 900

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
window_ms=100
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"

backing=null_blk
make_null ipst-n0 memory_backed=0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
without_scheduler
for _ in 1 2 3; do
	run_row ipst-local randread 4096 1 1 1
	run_row ipst-local randwrite 4096 1 1 1
	run_row ipst-local randread 4096 32 1 16
	run_row ipst-local read 131072 1 1 1
done
rows_end

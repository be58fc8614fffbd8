#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where workers run, over NVMe/TCP with one I/O queue and two CPUs: on the CPU that
# nvme-tcp sends from, or as many requests are in flight on the other one (deep_cpus).
# fio is on the former.
# vm: --icount --cpus 2 --count OUT/count --timeout 1800

# shellcheck source=../lib/bench.sh
. "$(dirname "$0")/../lib/bench.sh"
window_ms=200
# shellcheck source=../lib/rows.sh
. "$here/lib/rows.sh"
# shellcheck source=../lib/connect.sh
. "$here/lib/connect.sh"
load=(--cpus_allowed=0)

run_rows()
{
	local depth

	without_scheduler
	for depth in 1 2 4 8 32; do
		run_row "$1" randread 4096 $depth 1 1
	done
	run_row "$1" randread 4096 32 1 16
}

# run_local NAME ATTRIBUTE=VALUE...
run_local()
{
	local_disk d0 s0 "${@:2}"
	run_rows "$1"
	remove_device d0
}

backing=nvme-tcp
make_null ipst-n0 memory_backed=0
make_subsystem s1 /dev/ipst-n0
connect_tcp s1 --nr-io-queues=1
run_rows raw
make_subsystem s0 "$disk"
run_local ipst-one-cpu cpus=0
run_local ipst-deep-cpus cpus=0 deep_cpus=1
rows_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A deep queue is served on a CPU of deep_cpus, one that is not on a CPU of cpus.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio
[ "$(nproc)" -ge 2 ] || skip "one CPU"

# The CPUs on which requests are fetched, with how often, the most frequent first.
fetched_on()
{
	sed -nE 's/.* \[0*([0-9]+)\] .* vblk_fetch: .*/\1/p' "$trace/trace" |
		sort | uniq -c | sort -rn
}

# mostly_on CPU DEPTH: at that depth; not all, as it takes a few to become deep.
mostly_on()
{
	echo >"$trace/trace"
	quiet run_fio --rw=randread --bs=4k --iodepth="$2" --number_ios=400
	fetched_on >"$tmp/on"
	is "where, at depth $2" "$(awk 'NR == 1 { print $2 }' "$tmp/on")" "$1"
	check "nearly all: $(xargs <"$tmp/on")" \
		[ "$(awk 'NR == 1 { print $1 }' "$tmp/on")" -ge 350 ]
}

# Its requests are in flight for longer than it takes to submit 32: it completes by
# a timer.
make_null ipst-n0 irqmode=2 completion_nsec=$((5000000 * slow))
make_subsystem s0 /dev/ipst-n0
trace=/sys/kernel/tracing
[ -d $trace/events ] || mount -t tracefs tracefs $trace
echo 1 >$trace/events/ipst_vblk/vblk_fetch/enable
at_exit sh -c "echo 0 >$trace/events/ipst_vblk/vblk_fetch/enable"

local_disk d0 s0 num_queues=1 cpus=0 deep_cpus=1
mostly_on 0 1
mostly_on 1 32
mostly_on 0 1
remove_device d0

local_disk d0 s0 num_queues=1 cpus=1
mostly_on 1 1
mostly_on 1 32
remove_device d0

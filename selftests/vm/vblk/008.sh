#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# As many queues of the size asked for, and all of them work.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
while read -r queues size; do
	local_disk d0 s0 num_queues="$queues" queue_size="$size"
	is "queues" "$(find "/sys/block/${disk##*/}/mq/" -name nr_tags | wc -l)" "$queues"
	is "size" "$(cat "/sys/block/${disk##*/}/mq/0/nr_tags")" "$size"
	quiet run_fio --rw=randrw --bs=4k --iodepth=64 --number_ios=200 \
		--numjobs=2 --size=16m
	remove_device d0
done <<'END'
1 2
2 1024
END

# More queues than CPUs, and workers on one CPU only.
local_disk d0 s0 num_queues=64 queue_size=64 cpus=0 busy_poll_us=1000
quiet run_fio --rw=randrw --bs=4k --iodepth=64 --number_ios=200 --numjobs=2 \
	--size=16m

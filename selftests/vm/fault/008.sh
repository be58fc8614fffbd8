#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A queue whose worker runs out of memory now and then loses no request.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2

# All of it is written first: a null_blk that finds no page has an error of its own.
quiet run_fio --rw=write --bs=1m --size=64m

starve()
{
	# The worker does not fail what a caller may wait for.
	fault_set ignore-gfp-wait N
	fault_set times -1
	fault_set interval 1
	fault_set probability 20
	run_verify --size=16m --numjobs=2 --offset_increment=32m --time_based \
		--runtime=15
	fault_set probability 0
}
only_within ipst_vblk:
for_each_kind starve
is "state" "$(get_attr d0 state)" live

# Of a VMM, whose ring has to be found in its memory first.
need_helper vdpa-blk
vhost_device d1 s0 num_queues=2
look()
{
	fault_set times -1
	fault_set interval 1
	fault_set probability 50
	"$bin/vdpa-blk" verify "$chardev" --seconds 1
	fault_set probability 0
}
only_within vblk_window_open
for _ in 1 2 3 4 5; do
	for_each_kind look
done

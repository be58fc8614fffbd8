#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random I/O of all sizes, deep, on two queues: every checksum is right.
#
# VERIFY_SECONDS says how long, 20 if it is not set.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0 size=512
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
run_verify --numjobs=2 --size=200m --offset_increment=256m \
	--time_based --runtime="${VERIFY_SECONDS:-20}"

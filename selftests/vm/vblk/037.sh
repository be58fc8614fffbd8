#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A local disk can be the volume of another device, local or not.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need fio
need_helper vdpa-blk

make_null ipst-n0 cache_size=4 discard=1
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0 num_queues=2
make_subsystem s1 "$disk"
local_disk d1 s1 num_queues=2
quiet run_verify --size=32m --time_based --runtime=4
vhost_device d2 s1
"$bin/vdpa-blk" verify "$chardev" --seconds 4
remove_device d2
remove_device d1
remove_subsystem s1

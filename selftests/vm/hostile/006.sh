#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rules broken at random, while the device is at work, do no lasting harm.
#
# HOSTILE_SECONDS says how long, 20 if it is not set; HOSTILE_SEED repeats the
# choices of another run.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/hostile.sh
. "$(dirname "$0")/../../lib/hostile.sh"

seconds=${HOSTILE_SECONDS:-20}
seed=${HOSTILE_SEED:-$RANDOM$RANDOM}
mutate() { "$bin/vdpa-blk" mutate "$1" --seconds $((seconds / 2)) --seed "$seed"; }

slow_device d0 num_queues=2 queue_size=16
mutate "$chardev"

make_null ipst-n1 cache_size=4 discard=1
make_subsystem s1 /dev/ipst-n1
vhost_device d1 s1 num_queues=2 queue_size=16
mutate "$chardev"

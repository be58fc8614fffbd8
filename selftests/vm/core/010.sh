#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A subsystem with too few queues: EUSERS. Fewer later do not hurt who is in.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
echo 2 >"$(subsystem s0)/attr_qid_max"
add_device d0 num_queues=3 mode=local
link_device d0 s0
fails_with EUSERS enable d0
is state "$(get_attr d0 state)" disabled
check "no vdpa device" [ ! -e /sys/bus/vdpa/devices/d0 ]
set_attr d0 num_queues 2
enable d0
wait_disk d0

echo 1 >"$(subsystem s0)/attr_qid_max"
check "works on" read_disk
disable d0
fails_with EUSERS enable d0
echo 64 >"$(subsystem s0)/attr_qid_max"
set_attr d0 num_queues 64
enable d0
wait_disk d0
check "64 queues" read_disk

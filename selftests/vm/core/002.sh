#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attributes have the documented defaults.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

add_device d0

cpus=$(nproc)
is nsid "$(get_attr d0 nsid)" 1
is mode "$(get_attr d0 mode)" vhost
is num_queues "$(get_attr d0 num_queues)" $((cpus < 4 ? cpus : 4))
is queue_size "$(get_attr d0 queue_size)" 256
is read_only "$(get_attr d0 read_only)" 0
is serial "$(get_attr d0 serial)" ""
is busy_poll_us "$(get_attr d0 busy_poll_us)" 0
is cpus "$(get_attr d0 cpus)" "$(cat /sys/devices/system/cpu/possible)"
is deep_cpus "$(get_attr d0 deep_cpus)" ""
is enable "$(get_attr d0 enable)" 0
is state "$(get_attr d0 state)" disabled
is chardev "$(get_attr d0 chardev)" ""
[[ $(get_attr d0 host_nqn) == nqn.2014-08.org.nvmexpress:uuid:????????-* ]]
is subsystem "$(ls "$devices/d0/subsystem")" ""

add_device d1
check "each its own host NQN" [ "$(get_attr d0 host_nqn)" != "$(get_attr d1 host_nqn)" ]

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attributes of an enabled device are frozen.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0

freeze='nsid=2 mode=local num_queues=1 queue_size=64 read_only=1 serial=x
	host_nqn=nqn.x busy_poll_us=5 cpus=0'
for pair in $freeze; do
	refused EBUSY d0 "${pair%%=*}" "${pair#*=}"
done
# Nonsense stays nonsense.
refused EINVAL d0 num_queues 0

disable d0
for pair in $freeze; do
	set_attr d0 "${pair%%=*}" "${pair#*=}"
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "vdpa dev del" and disable at the same time: one of them wins, none hangs.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need vdpa

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0 mode=local
link_device d0 s0

for i in $(seq 20); do
	enable d0
	disable d0 &
	[ $((i % 3)) != 0 ] || sleep "0.00$((i % 10))"
	timeout 20 vdpa dev del d0 2>/dev/null || true
	check "disable comes back" wait $!
	check "disabled" wait_for 20 has_attr d0 state disabled
done

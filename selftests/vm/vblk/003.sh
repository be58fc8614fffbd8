#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VMM that has reset its device still has it open: EBUSY, and no waiting.
#
# QEMU does so before the guest's driver starts, and whenever a guest reboots.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0
exec 3<>"$chardev"
"$bin/vdpa-blk" script 3 owner features status 0

disable d0 2>"$tmp/error" 3>&- &
pid=$!
if ! wait_for 5 has_ended $pid; then
	exec 3>&-
	fail "disable waits for the node to be closed"
fi
grep -q "${errno_text[EBUSY]}" "$tmp/error"
exec 3>&-
disable d0

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl that runs out of memory rolls back what it had made.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
need_ipstctl
# A driver that finds no memory when the device is there does not bind.
fault_text+='|has no /dev/vhost-vdpa-N'
make_null ipst-n0
at_exit ipstctl volume del v0 --if-exists
ipstctl volume add v0 /dev/ipst-n0
untouched() { [ ! -e "$devices/c0" ]; }
tool_del() { ipstctl device del c0; }
tool_fails()
{
	each_fault mkdir,mkdirat,symlink,symlinkat,write untouched tool_del \
		ipstctl device add c0 --type virtio-blk --volume v0 --queue-size 16
}
only_within ipst:
for_each_kind tool_fails

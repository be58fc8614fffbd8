#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A device whose node is open cannot be disabled; once closed it can.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
vhost_device d0 s0

exec 3<>"$chardev"
fails_with EBUSY disable d0
check "node is there" [ -c "$chardev" ]
fails_with EBUSY rmdir "$devices/d0"
fails_with EBUSY sh -c ": <>$chardev"
exec 3>&-
disable d0
check "node is gone" [ ! -e "$chardev" ]

# With a driver at work, too.
enable d0
chardev=$(get_attr d0 chardev)
exec 3<>"$chardev"
"$bin/vdpa-blk" script 3 start
is state "$(get_attr d0 state)" live
fails_with EBUSY disable d0
is state "$(get_attr d0 state)" live
unlink_device d0
fails_with EBUSY disable d0
exec 3>&-
disable d0

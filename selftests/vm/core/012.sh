#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing that is in use can be removed, and all can in the right order.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0
link_device d0 s0
fails_with EBUSY rmdir "$devices/d0"
fails_with EBUSY rmdir "$(subsystem s0)"
enable d0
fails_with EBUSY rmdir "$devices/d0"
fails_with EPERM rmdir "$devices/d0/subsystem"

unlink_device d0
is "enabled still" "$(get_attr d0 enable)" 1
fails_with EBUSY rmdir "$devices/d0"
fails_with EBUSY ln -s "$(subsystem s0)" "$devices/d0/subsystem/"
rmdir "$(namespace s0)"
rmdir "$(subsystem s0)"
disable d0
rmdir "$devices/d0"

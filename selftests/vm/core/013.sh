#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Modules in use cannot be unloaded.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

used() { ! rmmod "$1" 2>/dev/null || fail "$1 was unloaded"; }

used ipst
add_device d0
used ipst_vblk
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
link_device d0 s0
used ipst_vblk
enable d0
used ipst_vblk
used ipst
used nvmet
used vdpa
is state "$(get_attr d0 state)" ready

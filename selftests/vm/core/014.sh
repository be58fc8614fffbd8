#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is no plain disk is refused: zoned namespaces.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0 zoned=1 zone_size=4
make_subsystem s0 /dev/ipst-n0
add_device d0
link_device d0 s0
fails_with EOPNOTSUPP enable d0
is state "$(get_attr d0 state)" disabled

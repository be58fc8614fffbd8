#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The serial number is what was set, or the namespace's UUID.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
serial() { cat "/sys/block/${disk##*/}/serial"; }

local_disk d0 s0
uuid=$(tr -d - <"$(namespace s0)/device_uuid")
is "serial of the disk" "$(serial)" "${uuid:0:20}"
is "attribute" "$(get_attr d0 serial)" "${uuid:0:20}"

for serial in A 'with a space' 12345678901234567890; do
	disable d0
	set_attr d0 serial "$serial"
	enable d0
	wait_disk d0
	is "serial of the disk" "$(serial)" "$serial"
done
disable d0
set_attr d0 serial ""
enable d0
wait_disk d0
is "serial of the disk" "$(serial)" "${uuid:0:20}"

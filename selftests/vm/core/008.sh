#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A wrong device path is nvmet's to refuse; the device follows when it is right.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0
mkdir "$(namespace s0)"
add_device d0
link_device d0 s0

for path in /dev/no-such-disk /dev/null /tmp; do
	echo "$path" >"$(namespace s0)/device_path"
	! echo 1 2>/dev/null >"$(namespace s0)/enable" ||
		fail "nvmet takes $path"
	fails_with ENODEV enable d0
	is enable "$(get_attr d0 enable)" 0
done
echo /dev/ipst-n0 >"$(namespace s0)/device_path"
echo 1 >"$(namespace s0)/enable"
enable d0

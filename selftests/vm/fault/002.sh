#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mkdir that runs out of memory leaves no device, and the next one works.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
# Longer than what fits into a configfs item.
long=device.with-a-name-that-has-to-be-allocated
untouched() { [ ! -e "$devices/$name" ]; }
unmake() { rmdir "$devices/$name"; }
make() { each_fault mkdir,mkdirat untouched unmake mkdir "$devices/$name"; }

for name in d0 $long; do
	for_each_kind make
done

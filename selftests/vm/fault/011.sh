#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A change of the namespace is seen even if memory is short when it happens.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
truncate -s 64M "$tmp/file"
make_subsystem s0 "$tmp/file"
local_disk d0 s0
has_mb() { [ "$(size_mb)" = "$1" ]; }
fault_choose slab
only_within ipst:
fault_set times -1
fault_set interval 1
fault_set probability 50
for mb in 65 66 67 68 69 70 71 72; do
	truncate -s ${mb}M "$tmp/file"
	echo 1 >"$(namespace s0)/revalidate_size"
	check "$mb MB are seen" wait_for 10 has_mb $mb
done
fault_set probability 0

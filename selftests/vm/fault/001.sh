#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A module whose initialisation runs out of memory is not loaded, and can be.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
untouched() { [ ! -d "/sys/module/$module" ]; }
unload() { rmmod "$module"; }

# insmod_fails MODULE: what its init allocates, not what it is loaded into.
insmod_fails()
{
	module=$1
	strip --strip-debug -o "$tmp/$module.ko" "$(module_file "$module")"
	only_within do_init_module
	each_fault finit_module untouched unload insmod "$tmp/$module.ko"
}

need strip
[ -e "$(module_file ipst)" ] || skip "the modules were not built here"
at_exit modules_load
modules_unload
for_each_kind insmod_fails ipst
modules_load
rmmod ipst_vblk
for_each_kind insmod_fails ipst_vblk

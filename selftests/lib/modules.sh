# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# modules.sh: load and unload what is tested. Sourced.
#
# What was built in this tree goes before what is installed, and there, what was
# built for this very kernel.

modules_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
modules_folder=$modules_top/build/modules-$(uname -r)/drivers/ipst
[ -d "$modules_folder" ] || modules_folder=$modules_top/drivers/ipst

module_file() { echo "$modules_folder/$1.ko"; }

# The first word is the module, the rest its parameters.
module_load()
{
	[ ! -d "/sys/module/$1" ] || return 0
	insmod "$(module_file "$1")" "${@:2}" 2>/dev/null ||
		modprobe "$@"
}

modules_load()
{
	modprobe -a configfs nvmet vdpa || return
	module_load ipst && module_load ipst_vblk
}

modules_unload() { rmmod ipst_vblk && rmmod ipst; }

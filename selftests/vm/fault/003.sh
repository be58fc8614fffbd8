#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A store that runs out of memory leaves the old value, a link none.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/fault.sh
. "$here/lib/fault.sh"

need_faults
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
add_device d0
untouched() { has_attr d0 "$attr" "$old"; }
restore() { set_attr d0 "$attr" "$old"; }
store_fails() { each_store untouched restore "$devices/d0/$attr" "$new"; }

while read -r attr new; do
	old=$(get_attr d0 "$attr")
	for_each_kind store_fails
done <<'END'
nsid 7
num_queues 2
queue_size 64
mode local
read_only 1
serial abc
host_nqn nqn.2014-08.org.test:me
busy_poll_us 10
cpus 0
deep_cpus 0
END

unlinked() { ! compgen -G "$devices/d0/subsystem/*" >/dev/null; }
link_fails()
{
	each_fault symlink,symlinkat unlinked "unlink_device d0" \
		ln -s "$(subsystem s0)" "$devices/d0/subsystem/"
}
for_each_kind link_fails

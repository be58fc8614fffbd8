#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each kind of request gets the status it deserves, whatever the driver knows.
#
# Through vhost-vdpa, as the kernel's own driver would never send most of them.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need_helper vdpa-blk
make_null ipst-n0 cache_size=4
make_subsystem s0 /dev/ipst-n0

# statuses NAME TYPE SECTOR ...: of these requests, on one line.
statuses()
{
	local words=()

	while [ $# -gt 0 ]; do
		words+=(request "$1" "$2")
		shift 2
	done
	exec 3<>"$chardev"
	"$bin/vdpa-blk" script 3 start "${words[@]}" | tr '\n' ' '
	exec 3>&-
}

is_written()
{
	dd if=/dev/ipst-n0 bs=4k skip="$1" count=1 iflag=direct status=none |
		tr -d 'Z' | cmp -s - /dev/null
}

in=0 out=1 flush=4 get_id=8 discard=11 last=$((131072 - 8))
make_null ipst-bad badblocks=+0-7
add_namespace s0 2 /dev/ipst-bad
vhost_device d0 s0
is "good ones" "$(statuses $in 0 $out 80 $in $last $flush 0 $get_id 0)" "0 0 0 0 0 "
check "written" is_written 10
check "nothing else" ! is_written 11
is "beyond the end" "$(statuses $in 131072 $out $((last + 1)) $in 1000000000 \
	$out 0xffffffffffffffff $in 0x7fffffffffffff)" "1 1 1 1 1 "
is "unknown ones" "$(statuses $discard 0 15 0 99 0 0xffffffff 0 $in 0)" "2 2 2 2 0 "
disable d0

set_attr d0 read_only 1
enable d0
chardev=$(get_attr d0 chardev)
is "read-only" "$(statuses $in 0 $out 88 $in 0)" "0 1 0 "
check "not written" ! is_written 11
disable d0

set_attr d0 read_only 0
enable d0
chardev=$(get_attr d0 chardev)
unlink_device d0
is "pulled" "$(statuses $in 0 $out 88 $get_id 0)" "1 1 1 "
disable d0

# What the backend says.
link_device d0 s0
set_attr d0 nsid 2
enable d0
chardev=$(get_attr d0 chardev)
is "bad blocks" "$(statuses $in 0 $out 0 $in 8)" "1 1 0 "
